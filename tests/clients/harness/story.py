"""Steps of one client, in order, each a case that passes or fails.

A step that fails does not end the story: what does not depend on it still shows whether it works.
"""

import contextlib
import json
import os
import sys
import time
import traceback
from xml.sax import saxutils


class Story:
    def __init__(self, name):
        self._name = name
        self._steps = []  # (what, seconds, failure or None)

    @contextlib.contextmanager
    def step(self, what):
        """The body of `with` is the step; an exception fails it and goes no further."""
        start = time.monotonic()
        failure = None
        try:
            yield
        except Exception as error:  # Whatever a client raises is what this step showed.
            failure = where_and_what(error)
        self.record(what, time.monotonic() - start, failure)

    def refused(self, what, expected, call, *arguments, contains=None, **named):
        """A step that holds when `call` is refused with `expected`: "403 Forbidden/KeyDisabled"."""
        with self.step(what):
            try:
                result = call(*arguments, **named)
                # What is read page by page asks at the first page.
                if hasattr(result, "__next__") or hasattr(result, "by_page"):
                    list(result)
            except AssertionError:
                raise
            except Exception as error:
                seen = refusal(error)
                assert seen == expected, f"expected {expected}, seen {seen}: {error!r}"
                assert contains is None or contains in str(error), f"{contains!r} is not in {error}"
            else:
                raise AssertionError(f"expected {expected}, but it was done: {result!r}")

    def record(self, what, seconds, failure):
        self._steps.append((what, seconds, failure))
        print(f"{'FAIL' if failure else 'ok  '} {seconds:6.2f} s  {what}", flush=True)
        if failure:
            print(failure, flush=True)

    def finish(self):
        """Ends the process: the totals as the last line, the report where the test runner wants it."""
        failed = sum(1 for step in self._steps if step[2])
        report = os.environ.get("XML_OUTPUT_FILE")
        if report:
            with open(report, "w", encoding="utf-8") as out:
                out.write(self._report(failed))
        print(f"{len(self._steps) - failed} passed, {failed} failed", flush=True)
        sys.exit(1 if failed or not self._steps else 0)

    def _report(self, failed):
        quote = saxutils.quoteattr
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites tests="{len(self._steps)}" failures="{failed}" errors="0">',
            f'<testsuite name={quote(self._name)} tests="{len(self._steps)}" failures="{failed}" errors="0">',
        ]
        for what, seconds, failure in self._steps:
            head = f'<testcase name={quote(what)} classname={quote(self._name)} time="{seconds:.3f}"'
            if failure:
                lines.append(f"{head}><failure message={quote(failure.strip().splitlines()[-1])}/></testcase>")
            else:
                lines.append(f"{head}/>")
        return "\n".join(lines + ["</testsuite>", "</testsuites>", ""])


def where_and_what(error):
    """The lines of the tests that led to `error`, without the many of the client's, and the error itself."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__)
        if os.path.abspath(frame.filename).startswith(own)]
    lines = traceback.format_list(frames) + traceback.format_exception_only(type(error), error)
    return "".join(lines)


def refusal(error):
    """What a client says of a refused call: "404 KeyNotFound", with an inner code behind a slash."""
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    body = {}
    if response is not None:
        text = response.text() if callable(response.text) else response.text
        with contextlib.suppress(ValueError):
            body = json.loads(text)
    inside = body.get("error", body)
    if isinstance(inside, str):
        # OAuth's form.
        return f"{status} {inside}"
    code = inside.get("code")
    if code is None:
        return f"{status} {type(error).__name__}"
    inner = (inside.get("innererror") or {}).get("code")
    return f"{status} {code}/{inner}" if inner else f"{status} {code}"


def equal(seen, expected):
    assert seen == expected, f"expected {expected!r}, seen {seen!r}"

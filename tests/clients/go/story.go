// Steps of one client, in order. Each is a line of JSON on the standard output, which run_test.py counts.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/Azure/go-autorest/autorest"
	"github.com/Azure/go-autorest/autorest/azure"
)

// The body is the step; a panic, as `equal` and `must` raise, fails it and goes no further.
func step(what string, body func()) {
	start := time.Now()
	failure := failureOf(body)
	line, _ := json.Marshal(map[string]interface{}{
		"what": what, "seconds": time.Since(start).Seconds(), "failure": failure})
	os.Stdout.Write(append(line, '\n'))
}

// What the body panicked with, below the lines of the stories that led to it; or nil.
func failureOf(body func()) (failure *string) {
	defer func() {
		thrown := recover()
		if thrown == nil {
			return
		}
		var text strings.Builder
		callers := make([]uintptr, 50)
		frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
		for more := true; more; {
			var frame runtime.Frame
			frame, more = frames.Next()
			if file := filepath.Base(frame.File); strings.HasPrefix(frame.Function, "main.") && file != "story.go" {
				fmt.Fprintf(&text, "  %s:%d\n", file, frame.Line)
			}
		}
		fmt.Fprintf(&text, "%v", thrown)
		told := text.String()
		failure = &told
	}()
	body()
	return nil
}

// A step that holds when the call is refused with `expected`: "403 Forbidden/KeyDisabled".
func refused(what, expected string, call func() error) {
	step(what, func() {
		err := call()
		if err == nil {
			panic("expected " + expected + ", but it was done")
		}
		if seen := refusal(err); seen != expected {
			panic(fmt.Sprintf("expected %s, seen %s: %v", expected, seen, err))
		}
	})
}

// What a client says of a refused call: "404 KeyNotFound", with an inner code behind a slash.
func refusal(err error) string {
	var service *azure.RequestError
	if errors.As(err, &service) {
		code := service.ServiceError.Code
		if inner, ok := service.ServiceError.InnerError["code"]; ok {
			code += fmt.Sprintf("/%v", inner)
		}
		return fmt.Sprintf("%v %s", service.StatusCode, code)
	}
	// The errors of Batch's data plane, whose message is an object, this client cannot read; it hands over the answer.
	var detailed autorest.DetailedError
	if !errors.As(err, &detailed) || detailed.Response == nil {
		return err.Error()
	}
	var body struct{ Code string }
	if text, _ := io.ReadAll(detailed.Response.Body); json.Unmarshal(text, &body) != nil {
		return fmt.Sprintf("%v %q", detailed.StatusCode, text)
	}
	return fmt.Sprintf("%v %s", detailed.StatusCode, body.Code)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// The value of a call that must not fail.
func done[T any](value T, err error) T {
	must(err)
	return value
}

func equal(seen, expected interface{}) {
	if !reflect.DeepEqual(seen, expected) {
		panic(fmt.Sprintf("expected %#v, seen %#v", expected, seen))
	}
}

func holds(condition bool, seen ...interface{}) {
	if !condition {
		panic(fmt.Sprintln(append([]interface{}{"it does not hold:"}, seen...)...))
	}
}

func pointer[T any](value T) *T { return &value }

// What a client's iterators have in common.
type iterator[T any] interface {
	NotDone() bool
	Value() T
	Next() error
}

// Everything that the iterator of a list finds, page by page, as `told` says it.
func collect[T any, V any](one iterator[T], told func(T) V) []V {
	found := []V{}
	for ; one.NotDone(); must(one.Next()) {
		found = append(found, told(one.Value()))
	}
	return found
}

func count(values []string) map[string]int {
	counts := map[string]int{}
	for _, value := range values {
		counts[value]++
	}
	return counts
}

// Asks the emulator's control, which lies on this machine and therefore past any proxy.
func control(method, path string, body interface{}) map[string]interface{} {
	content := []byte{}
	if body != nil {
		content = done(json.Marshal(body))
	}
	request := done(http.NewRequest(method, os.Getenv("LAZULI_URL")+"/emulator/v1/"+path, bytes.NewReader(content)))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response := done(http.DefaultClient.Do(request))
	defer response.Body.Close()
	text := done(io.ReadAll(response.Body))
	if response.StatusCode != http.StatusOK {
		panic(fmt.Sprintf("%s %s: %d %s", method, path, response.StatusCode, text))
	}
	answer := map[string]interface{}{}
	must(json.Unmarshal(text, &answer))
	return answer
}

// Lets virtual time pass.
func advance(duration time.Duration) {
	control("POST", "clock:advance", map[string]string{"duration": fmt.Sprintf("%ds", int(duration.Seconds()))})
}

func keyAccess(account string) interface{} {
	return control("GET", "accounts/"+account+"/keyAccess", nil)["state"]
}

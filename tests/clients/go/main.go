// Azure's Go clients, as a program written for Azure uses them: one program that tells one of several stories.
package main

import (
	"fmt"
	"os"
)

func main() {
	stories := map[string]func(){
		"article": article, "batch": batchStory, "credentials": credentials, "keys": keys, "secrets": secrets}
	if len(os.Args) != 2 || stories[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "one of: article, batch, credentials, keys, secrets")
		os.Exit(2)
	}
	if err := connect(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	stories[os.Args[1]]()
}

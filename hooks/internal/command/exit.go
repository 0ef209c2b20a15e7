package command

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/words"
)

// Watch wraps every command under root, so that its exit code reaches the shell: PocketBase drops what
// a command returns. The returned function tells the code once the command has ended; a command that was
// interrupted has failed.
func Watch(root *cobra.Command) (code func() int) {
	var ended atomic.Int64
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return misused(&ended, c, err)
	})
	watch(root, &ended)
	return func() int {
		if _, _, err := root.Find(os.Args[1:]); err != nil {
			return Failed
		}
		return int(ended.Load())
	}
}

func watch(c *cobra.Command, ended *atomic.Int64) {
	for _, child := range c.Commands() {
		watch(child, ended)
	}
	if check := c.Args; check != nil && c.SilenceErrors {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return misused(ended, c, err)
			}
			return nil
		}
	}
	run, isServe := c.RunE, c.Name() == "serve"
	if run == nil {
		return
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if !isServe { // a server is meant to be interrupted
			ended.Store(Failed)
		}
		err := run(c, args)
		ended.Store(int64(codeOf(err)))
		return err
	}
}

func codeOf(err error) int {
	var exit ExitError
	switch {
	case err == nil:
		return Done
	case errors.As(err, &exit):
		return exit.Code
	default:
		return Failed
	}
}

// misused says how a command is called; our commands are silent about errors, which they have said.
func misused(ended *atomic.Int64, c *cobra.Command, err error) error {
	ended.Store(Failed)
	if c.SilenceErrors {
		fmt.Fprintf(c.ErrOrStderr(), "%s\n\n%s", words.Say("id", "command.misused", map[string]any{"problem": err}), c.UsageString())
	}
	return err
}

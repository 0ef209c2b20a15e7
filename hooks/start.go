package hooks

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/cmd"
	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/template"
)

// Start runs the command on the line, the co-op's or PocketBase's, and tells its exit code.
func Start(app *pocketbase.PocketBase) int {
	app.RootCmd.Use = "kpdk"
	app.RootCmd.AddCommand(Commands(app)...)
	serve := cmd.NewServeCommand(app, false)
	run := serve.RunE
	serve.RunE = func(c *cobra.Command, args []string) error {
		if command.Held(c.Context(), app.DataDir()) { // two servers would be two writers
			return errors.New(words.Say("id", "command.serve.held", map[string]any{"dir": app.DataDir()}))
		}
		app.OnServe().BindFunc(sayDoors)
		return run(c, args)
	}
	app.RootCmd.AddCommand(cmd.NewSuperuserCommand(app), serve)
	if err := command.MissingBooks(app.RootCmd, os.Args[1:], app.DataDir()); err != nil {
		fmt.Fprintln(os.Stderr, fault.Say(err, languageOf(os.Args)).Message)
		return command.Failed
	}
	code := command.Watch(app.RootCmd)
	if err := app.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code(), command.Failed)
	}
	return code()
}

// languageOf reads --lang from a line that no command has read yet.
func languageOf(args []string) string {
	i := slices.IndexFunc(args, func(a string) bool { return a == "--lang" || strings.HasPrefix(a, "--lang=") })
	switch {
	case i < 0:
		return words.Pick("")
	case args[i] != "--lang":
		return words.Pick(strings.TrimPrefix(args[i], "--lang="))
	}
	return words.Pick(strings.Join(args[i+1:min(i+2, len(args))], ""))
}

// sayDoors prints where the doors are once the port is open.
func sayDoors(se *core.ServeEvent) error {
	if err := se.Next(); err != nil {
		return err
	}
	scheme := "http://"
	if _, port, err := net.SplitHostPort(se.Server.Addr); err == nil && (port == "443" || port == "https") {
		scheme = "https://" // with a domain PocketBase listens here and takes care of the certificate
	}
	fmt.Println(words.Say("id", "command.serve.doors", map[string]any{"address": scheme + se.Server.Addr}))
	return nil
}

// prepare readies the folder for a command that no server runs: its tables, and a co-op if it has none.
func prepare(app core.App) func() error {
	return func() error {
		if err := app.RunAllMigrations(); err != nil {
			return err
		}
		return template.Ensure(app)
	}
}

// takeCommands lets commands at the shell reach this server, from when its port is open to its end: a
// second server that finds the port taken must not take the folder's commands away from the first.
func takeCommands(app core.App) error {
	stop, err := command.Serve(app, specs()...)
	if err != nil {
		return err
	}
	app.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		stop()
		return e.Next()
	})
	return nil
}

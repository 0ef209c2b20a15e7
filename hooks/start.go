package hooks

import (
	"fmt"
	"os"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/cmd"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/command"
	"kpdk/hooks/template"
)

// Start runs the command on the line, the co-op's or PocketBase's, and tells its exit code.
func Start(app *pocketbase.PocketBase) int {
	app.RootCmd.Use = "kpdk"
	app.RootCmd.AddCommand(Commands(app)...)
	app.RootCmd.AddCommand(cmd.NewSuperuserCommand(app), cmd.NewServeCommand(app, false))
	code := command.Watch(app.RootCmd)
	if err := app.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code(), command.Failed)
	}
	return code()
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

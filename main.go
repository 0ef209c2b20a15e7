// Command kpdk runs a consumer co-operative: its shop, savings, payroll deductions and books, with a
// door for members, cashiers, the office, managers and the public. See README.md.
package main

import (
	"embed"
	"io/fs"
	"log"
	"os"

	"github.com/pocketbase/pocketbase"

	"kpdk/hooks"
	_ "kpdk/pb_migrations"
)

//go:embed all:pb_public
var embedded embed.FS

func main() {
	public, err := fs.Sub(embedded, "pb_public")
	if err != nil {
		log.Fatal(err)
	}
	public = hooks.Overlay(public)
	app := pocketbase.NewWithConfig(hooks.Config(os.Args))
	if err := hooks.Register(app, public); err != nil {
		log.Fatal(err)
	}
	os.Exit(hooks.Start(app))
}

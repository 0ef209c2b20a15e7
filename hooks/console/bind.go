// Package console is the co-op inside PocketBase's dashboard: its own pages, its name and mark, and the
// collections in an order in which a manager finds people, goods, money and what happened.
//
// Bind offers the folder ui as one extension. PocketBase serves its files to anybody, so nothing in it is
// secret, and every figure comes from the routes that decide for themselves who may see it.
package console

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// Name is the extension's folder under /_/extensions/.
const Name = "koperasi"

//go:embed ui
var embedded embed.FS

// Bind adds the extension to the dashboard of a server that starts.
func Bind(se *core.ServeEvent) error {
	ui, err := fs.Sub(embedded, "ui")
	if err != nil {
		return err
	}
	se.UIExtensions = append(se.UIExtensions, core.UIExtension{Name: Name, FS: ui})
	se.Router.BindFunc(revalidate)
	return nil
}

// revalidate keeps browsers from showing last release's pages: the dashboard would keep them for 14 days.
func revalidate(e *core.RequestEvent) error {
	if strings.HasPrefix(e.Request.URL.Path, "/_/extensions/"+Name+"/") {
		e.Response.Header().Set("Cache-Control", "no-cache")
	}
	return e.Next()
}

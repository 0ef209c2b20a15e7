package template

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/web"
)

// Bind offers the template to whoever wants to found a co-op like this one.
func Bind(app core.App, se *core.ServeEvent) {
	web.Bind(app, se, web.Get(exportPath, web.Anyone, "How this co-op works, signed: policies, chart of accounts, categories and page texts; nothing of what happened in it",
		func(c *web.Call) (Signed, error) { return Export(c.App) }))
}

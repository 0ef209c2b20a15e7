package template

import "kpdk/hooks/internal/web"

// Routes offer the template to whoever wants to found a co-op like this one.
func Routes() []web.Route {
	return []web.Route{web.Get(exportPath, web.Anyone, "How this co-op works, signed: policies, chart of accounts, categories and page texts; nothing of what happened in it",
		func(c *web.Call) (Signed, error) { return Export(c.App) })}
}

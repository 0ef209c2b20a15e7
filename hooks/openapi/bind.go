// Package openapi tells a program what this co-op is and which routes it has. The document is made from
// the routes that are bound, so it cannot say what is not there.
package openapi

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/web"
)

// Calendar is the payroll month that a purchase of today falls into.
type Calendar struct {
	Period     clock.Period `json:"period"`
	PayDate    clock.Date   `json:"pay_date"`
	CutoffDate clock.Date   `json:"cutoff_date"`
}

// CalendarOf is the port to payroll, which knows the co-op's pay days; nil leaves the calendar out.
type CalendarOf func(app core.App, on clock.Date) (Calendar, error)

// Routes offer both.
func Routes(calendar CalendarOf) []web.Route {
	return []web.Route{
		web.Get("/api/coop/info", web.Anyone, "What this co-op is called, its business date and the keys its cards are checked with",
			func(c *web.Call) (Info, error) { return info(c, calendar) }),
		web.Get("/api/coop/openapi.json", web.Anyone, "This document",
			func(c *web.Call) (map[string]any, error) { return Document(web.Routes(c.App)), nil }),
	}
}

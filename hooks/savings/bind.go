package savings

import (
	"kpdk/hooks/internal/web"
)

// Routes lists what the room offers.
func Routes() []web.Route {
	return []web.Route{
		web.Post("/api/coop/savings/deposits", web.Treasurers, "Books savings paid in cash at the office.", func(c *web.Call, key string, in Deposit) (Deposited, bool, error) {
			return MakeDeposit(c.Request.Context(), c.App, key, c.By, in)
		}),
	}
}

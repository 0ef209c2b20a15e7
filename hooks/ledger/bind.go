package ledger

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
)

const (
	entriesUsual = 25
	entriesMost  = 200
)

// Routes are the ledger's windows for the people who keep and watch the books.
func Routes(app core.App) []web.Route {
	return append(append(officeRoutes(app), reportRoutes(app)...),
		web.Get("/api/coop/ledger/accounts", web.Bookkeepers, "The chart of accounts", func(c *web.Call) (Chart, error) {
			all, err := Accounts(act.Read(app), c.Language())
			return Chart{all}, err
		}),
		web.Get("/api/coop/ledger/trial-balance", web.Bookkeepers, "Every account's balance at the end of a date; today's when none is named", func(c *web.Call) (Trial, error) {
			on, err := dateOf(c, clock.Of(app).Today())
			if err != nil {
				return Trial{}, err
			}
			return trialOn(act.Read(app), on, c.Language())
		}),
		web.Get("/api/coop/ledger/journal", web.Bookkeepers, "Journal entries, newest first; next is the before of the following page", func(c *web.Call) (Page, error) {
			return pageFor(c, app)
		}).Shows(web.Listed, "journal", whyBooks),
		web.Get("/api/coop/ledger/entries/{id}", web.Bookkeepers, "One journal entry with its lines", func(c *web.Call) (EntryView, error) {
			id, err := c.Number("id")
			if err != nil {
				return EntryView{}, err
			}
			return EntryOf(act.Read(app), clock.Of(app), c.Language(), id)
		}).Shows(web.Listed, "journal", whyBooks),
		web.Get("/api/coop/ledger/periods", web.Bookkeepers, "Months and whether they are open", func(c *web.Call) (Months, error) {
			all, err := Periods(act.Read(app))
			return Months{all}, err
		}),
		web.Post("/api/coop/ledger/periods/{period}/close", web.Treasurers, "Close a month that is over", func(c *web.Call, key string, _ CloseInput) (PeriodState, bool, error) {
			period, err := c.Period()
			if err != nil {
				return PeriodState{}, false, err
			}
			return ClosePeriod(c.Request.Context(), app, key, c.By, period)
		}),
		web.Post("/api/coop/ledger/periods/{period}/reopen", web.Managers, "Open a closed month again, with a reason", func(c *web.Call, key string, in ReopenInput) (PeriodState, bool, error) {
			period, err := c.Period()
			if err == nil {
				err = in.check()
			}
			if err != nil {
				return PeriodState{}, false, err
			}
			return ReopenPeriod(c.Request.Context(), app, key, c.By, period, in.Reason)
		}),
		web.Get("/api/coop/ledger/verify", web.Bookkeepers, "Run every check over the books", func(c *web.Call) (Report, error) {
			return Verify(InLanguage(c.Request.Context(), c.Language()), app, nil)
		}),
	)
}

// Chart, Months and Trial are answers.
type (
	Chart struct {
		Accounts []AccountView `json:"accounts"`
	}
	Months struct {
		Periods []PeriodState `json:"periods"`
	}
	Trial struct {
		Date     clock.Date   `json:"date"`
		Accounts []TrialLine  `json:"accounts"`
		Debit    money.Rupiah `json:"debit_rupiah"`
		Credit   money.Rupiah `json:"credit_rupiah"`
	}
)

// CloseInput and ReopenInput are bodies; the month is in the path.
type (
	CloseInput struct {
		ID string `json:"id"`
	}
	ReopenInput struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
)

const maxReason = 500

func (in ReopenInput) check() error {
	var problems fault.Input
	problems.Check(strings.TrimSpace(in.Reason) != "", "reason", "input.required")
	problems.Check(len(in.Reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	return problems.Err()
}

// dateOf reads ?date=, a business date.
func dateOf(c *web.Call, usual clock.Date) (clock.Date, error) {
	text := c.Query("date")
	if text == "" {
		return usual, nil
	}
	on, ok := clock.ParseDate(text)
	if !ok {
		var in fault.Input
		in.Add("date", "input.date")
		return "", in.Err()
	}
	return on, nil
}

func pageFor(c *web.Call, app core.App) (Page, error) {
	before, err := c.Number("before")
	if err != nil {
		return Page{}, err
	}
	limit, err := c.Limit(entriesUsual, entriesMost)
	if err != nil {
		return Page{}, err
	}
	account, err := c.Number("account")
	if err != nil {
		return Page{}, err
	}
	return Journal(act.Read(app), clock.Of(app), c.Language(), PageQuery{Before: before, Limit: limit, Account: account})
}

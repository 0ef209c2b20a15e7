package ledger

import (
	"context"
	"errors"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

const (
	draftsUsual = 30
	draftsMost  = 100
)

// Chain is the answer that lists what was decided about months.
type Chain struct {
	Closings []Closing `json:"closings"`
}

// officeRoutes are for those who keep the books: the chart, entries by hand, months.
func officeRoutes(app core.App) []web.Route {
	return []web.Route{
		web.Post("/api/coop/ledger/accounts", web.Treasurers, "Add an account to the chart", func(c *web.Call, key string, in AccountInput) (AccountView, bool, error) {
			return AddAccount(c.Request.Context(), app, key, c.By, in)
		}),
		web.Post("/api/coop/ledger/accounts/{account}", web.Treasurers, "Rename an account, close it or open it again; code and kind until it is used", func(c *web.Call, key string, in AccountInput) (AccountView, bool, error) {
			code, err := c.Number("account")
			if err != nil {
				return AccountView{}, false, err
			}
			return ChangeAccount(c.Request.Context(), app, key, c.By, int(code), in)
		}),
		web.Post("/api/coop/ledger/periods/{period}/soft-close", web.Treasurers, "Leave a month that is over to the treasurer", func(c *web.Call, key string, _ CloseInput) (PeriodState, bool, error) {
			period, err := c.Period()
			if err != nil {
				return PeriodState{}, false, err
			}
			return SoftClosePeriod(c.Request.Context(), app, key, c.By, period)
		}),
		web.Get("/api/coop/ledger/closings", web.Bookkeepers, "What was decided about months, with the chain's last seal at that moment", func(c *web.Call) (Chain, error) {
			all, err := Closings(act.Read(app), clock.Of(app), c.Language())
			return Chain{all}, err
		}),
		web.Get("/api/coop/ledger/drafts", web.Bookkeepers, "Entries by hand, newest first: drafts, those that wait, and what became of them", func(c *web.Call) (DraftList, error) {
			return draftsFor(c, app)
		}).Shows(web.Listed, "journal", whyBooks),
		web.Get("/api/coop/ledger/drafts/{draft}", web.Bookkeepers, "One entry by hand", func(c *web.Call) (DraftView, error) {
			return DraftFor(act.Read(app), clock.Of(app), c.Language(), c.By, c.Path("draft"))
		}).Shows(web.Listed, "journal", whyBooks),
		web.Post("/api/coop/ledger/drafts", web.Treasurers, "Keep an entry by hand as a draft", func(c *web.Call, key string, in DraftInput) (DraftView, bool, error) {
			return spoken(c, app)(SaveDraft(c.Request.Context(), app, key, c.By, in))
		}),
		draftStep(app, "submit", "Hand a draft over to somebody else to approve", SubmitDraft),
		draftStep(app, "withdraw", "Take a submitted draft back", WithdrawDraft),
		draftStep(app, "approve", "Post a draft that somebody else made", ApproveDraft),
		draftStep(app, "refuse", "Give a draft back to its maker, with a reason", RefuseDraft),
		draftStep(app, "remove", "Throw a draft away", RemoveDraft),
		addVoucherRoute(app),
		web.Post("/api/coop/ledger/drafts/{draft}/vouchers/{voucher}/remove", web.Treasurers, "Take a voucher off a draft", func(c *web.Call, key string, _ CloseInput) (DraftView, bool, error) {
			return spoken(c, app)(RemoveVoucher(c.Request.Context(), app, key, c.By, c.Path("draft"), c.Path("voucher")))
		}),
		web.Raw(http.MethodGet, "/api/coop/ledger/drafts/{draft}/vouchers/{voucher}", web.Bookkeepers, "A voucher: photo or PDF", func(c *web.Call) error {
			return ServeVoucher(app, c.Response, c.Request, c.Path("draft"), c.Path("voucher"))
		}),
		web.Post("/api/coop/ledger/entries/{id}/reverse", web.Treasurers, "Ask for an entry by hand to be taken back; somebody else approves it", func(c *web.Call, key string, in ReversalInput) (DraftView, bool, error) {
			entry, err := c.Number("id")
			if err != nil {
				return DraftView{}, false, err
			}
			return spoken(c, app)(ProposeReversal(c.Request.Context(), app, key, c.By, entry, in))
		}),
	}
}

// spoken makes what an act over a draft answers speak the caller's language: acts speak the co-op's.
func spoken(c *web.Call, app core.App) func(DraftView, bool, error) (DraftView, bool, error) {
	return func(v DraftView, replayed bool, err error) (DraftView, bool, error) {
		if err != nil || c.Language() == "id" {
			return v, replayed, err
		}
		said, err := DraftFor(act.Read(app), clock.Of(app), c.Language(), c.By, v.ID)
		if errors.Is(err, fault.NotFound("ledger.draft_unknown")) { // it was thrown away
			return v, replayed, nil
		}
		return said, replayed, err
	}
}

// draftStep offers one step over a draft; what it answers speaks the caller's language.
func draftStep(app core.App, name, summary string, do func(ctx context.Context, app core.App, key string, by act.Actor, s DraftStep) (DraftView, bool, error)) web.Route {
	return web.Post("/api/coop/ledger/drafts/{draft}/"+name, web.Treasurers, summary, func(c *web.Call, key string, in DraftStep) (DraftView, bool, error) {
		in.Draft = c.Path("draft")
		return spoken(c, app)(do(c.Request.Context(), app, key, c.By, in))
	})
}

func addVoucherRoute(app core.App) web.Route {
	r := web.Raw(http.MethodPost, "/api/coop/ledger/drafts/{draft}/vouchers", web.Treasurers, "Attach a voucher (multipart field file: JPG, PNG or PDF)", func(c *web.Call) error {
		u, err := document.ReadUpload(c)
		if err != nil {
			return err
		}
		v, replayed, err := spoken(c, app)(AddVoucher(c.Request.Context(), app, u.Key, c.By, c.Path("draft"), u.Name, u.Data))
		if err != nil {
			return err
		}
		if replayed {
			return c.JSON(http.StatusOK, v)
		}
		return c.JSON(http.StatusCreated, v)
	})
	r.Out, r.MaxBody = DraftView{}, -1
	return r
}

func draftsFor(c *web.Call, app core.App) (DraftList, error) {
	q := DraftQuery{State: c.Query("state")}
	var err error
	if q.Entry, err = c.Number("entry"); err != nil {
		return DraftList{}, err
	}
	if q.Before, err = c.Number("before"); err != nil {
		return DraftList{}, err
	}
	if q.Limit, err = c.Limit(draftsUsual, draftsMost); err != nil {
		return DraftList{}, err
	}
	return Drafts(act.Read(app), clock.Of(app), c.Language(), c.By, q)
}

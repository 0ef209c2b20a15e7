package ledger

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger/book"
)

const nightsShown = 30

// Verified is what the last nights' verifications found, newest first.
type Verified struct {
	Nights []Night `json:"nights"`
}

// reportRoutes are the windows that check and report, for those who keep and watch the books.
func reportRoutes(app core.App) []web.Route {
	return []web.Route{
		web.Get("/api/coop/ledger/verifications", web.Bookkeepers, "What the last nights' checks of the books found, newest first", func(c *web.Call) (Verified, error) {
			nights, err := Nights(act.Read(app), clock.Of(app), nightsShown)
			return Verified{nights}, err
		}),
		web.Raw(http.MethodGet, "/api/coop/ledger/verify/stream", web.Bookkeepers,
			"Run every check over the books and follow it: lines of {lines, total}, {check} and at the end {report} or {fault}", func(c *web.Call) error { return streamVerify(c, app) }),
		report(app, reportJournal, "The journal of some dates, by date", func(r reportReader, a asked, cut Cut) (JournalReport, error) { return r.Journal(a.in, cut) }),
		report(app, reportCard, "An account's card: its lines with the running balance", func(r reportReader, a asked, cut Cut) (Card, error) { return r.Card(a.account, a.in, cut) }),
		report(app, reportMember, "Every line of one party, of a member every rupiah, with the running balance of each account", func(r reportReader, a asked, cut Cut) (PartyCard, error) {
			return r.Party(a.who, a.account, a.in, cut)
		}),
		report(app, reportCash, "Where money lay, what came in and what went out: accounts, drawers, banks", func(r reportReader, a asked, _ Cut) (CashBook, error) { return r.Cash(a.in) }),
		web.Get("/api/coop/ledger/reports/receivables", web.Bookkeepers, "What members owed on a date (to; today), by how long they had owed it", func(c *web.Call) (Aged, error) {
			a, err := askedOf(c, clock.Of(app), reportReceivables)
			if err != nil {
				return Aged{}, err
			}
			after, err := c.Number("after")
			if err != nil {
				return Aged{}, err
			}
			limit, err := c.Limit(linesUsual, linesMost)
			if err != nil {
				return Aged{}, err
			}
			var aged Aged
			err = act.Snapshot(c.Request.Context(), app, func(r act.Reader) error {
				aged, err = newReports(r, clock.Of(app), c.Language()).Receivables(a.in.To, after, int(limit))
				return err
			})
			return aged, err
		}).Shows(web.Listed, "receivables", whyBooks),
		web.Raw(http.MethodGet, "/api/coop/ledger/reports/{report}/file", web.Bookkeepers, "A whole report as a file: format=csv or xlsx, with the report's own questions", func(c *web.Call) error { return sendReport(c, app) }).Shows(web.Exported, "report", whyBooks),
	}
}

const (
	linesUsual = 50
	linesMost  = 500
)

// report offers a report as pages of lines.
func report[Out any](app core.App, name, summary string, read func(r reportReader, a asked, cut Cut) (Out, error)) web.Route {
	return web.Get("/api/coop/ledger/reports/"+name, web.Bookkeepers, summary+"; next is the after of the following page", func(c *web.Call) (out Out, err error) {
		a, err := askedOf(c, clock.Of(app), name)
		if err != nil {
			return out, err
		}
		limit, err := c.Limit(linesUsual, linesMost)
		if err != nil {
			return out, err
		}
		a.shows(c)
		err = act.Snapshot(c.Request.Context(), app, func(r act.Reader) error {
			out, err = read(newReports(r, clock.Of(app), c.Language()), a, Cut{c.Query("after"), int(limit)})
			return err
		})
		return out, err
	}).Shows(web.Listed, "report", whyBooks)
}

// whyBooks is for what work members' data is shown here.
const whyBooks = "books"

// shows says whose data a report names: one member's, nobody's, or that of all who stand in its lines.
func (a asked) shows(c *web.Call) {
	number, err := strconv.ParseInt(a.who.Ref, 10, 64)
	switch {
	case (a.report == reportMember || a.report == reportCard) && a.who.Kind == book.Member && err == nil:
		c.Saw(number)
	case a.report == reportCard && a.who.Ref != "": // of a supplier, a till, a bank
		c.SawNobody()
	case a.report != reportJournal && a.report != reportCard && a.report != reportReceivables:
		c.SawNobody()
	}
}

// parties are the kinds that a party's card may be asked for.
var cardParties = []book.PartyKind{book.Member, book.Supplier, book.Consignor, book.Shift, book.Bank, book.UnitRun}

// askedOf reads what a report is about: ?from= and ?to= (this month when there are none), ?account=, and
// ?member= or ?party=shift:12.
func askedOf(c *web.Call, at *clock.Clock, report string) (asked, error) {
	a := asked{report: report, today: at.Today()}
	a.in = Range{a.today.Period().First(), a.today}
	var in fault.Input
	for name, into := range map[string]*clock.Date{"from": &a.in.From, "to": &a.in.To} {
		if text := c.Query(name); text != "" {
			date, ok := clock.ParseDate(text)
			in.Check(ok, name, "input.date")
			*into = date
		}
	}
	if c.Query("from") == "" {
		a.in.From = min(a.in.From, a.in.To.Period().First())
	}
	account, err := c.Number("account")
	in.Check(err == nil && account < 1_000_000, "account", "input.number")
	in.Check(account > 0 || report != reportCard, "account", "input.required")
	a.account = int(account)
	member, err := c.Number("member")
	in.Check(err == nil, "member", "input.number")
	kind, ref, _ := strings.Cut(c.Query("party"), ":")
	switch {
	case member > 0:
		a.who = MemberParty(member)
	case slices.Contains(cardParties, book.PartyKind(kind)) && ref != "" && len(ref) <= 80:
		a.who = Party{Kind: book.PartyKind(kind), Ref: ref}
	default:
		in.Check(report != reportMember, "member", "input.required")
	}
	return a, in.Err()
}

// sendReport writes a report into the answer while it reads it. What is refused is refused before the first
// byte; a fault after it cuts the answer off, so that nobody takes half a report for a whole one.
func sendReport(c *web.Call, app core.App) error {
	a, err := askedOf(c, clock.Of(app), c.Path("report"))
	if err != nil {
		return err
	}
	format := c.Query("format")
	if document.Types[format] == "" {
		return fault.Bad("ledger.format_unknown", fault.Params{"format": format, "formats": "csv, xlsx"})
	}
	a.shows(c)
	return act.Snapshot(c.Request.Context(), app, func(r act.Reader) error {
		s, err := newReports(r, clock.Of(app), c.Language()).sheet(a)
		if err != nil {
			return err
		}
		head := c.Response.Header()
		head.Set("Content-Type", document.Types[format])
		head.Set("Content-Disposition", `attachment; filename="`+a.report+"-"+string(a.in.To)+"."+format+`"`)
		w, err := document.NewWriter(c.Response, format, s.titles, s.columns)
		if err == nil {
			err = s.rows(w)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			app.Logger().Error("a report broke off", "report", a.report, "error", err)
			panic(http.ErrAbortHandler)
		}
		return nil
	})
}

// streamLine is one line of the stream; exactly one kind is set.
type streamLine struct {
	Lines  *int         `json:"lines,omitempty"`
	Total  int          `json:"total,omitempty"`
	Check  *Result      `json:"check,omitempty"`
	Report *Report      `json:"report,omitempty"`
	Fault  *fault.Shape `json:"fault,omitempty"`
}

// streamVerify tells the page how far a verification is. Whoever closes the page ends it.
func streamVerify(c *web.Call, app core.App) error {
	send, _ := c.Lines()
	last := -1
	watch := Watcher{
		Check: func(r Result) { send(streamLine{Check: &r}) },
		Lines: func(done, total int) {
			if percent := done * 100 / max(total, 1); percent != last {
				last = percent
				send(streamLine{Lines: &done, Total: total})
			}
		},
	}
	report, err := Watch(InLanguage(c.Request.Context(), c.Language()), app, Checks(app), watch)
	if err != nil {
		shape := fault.Say(err, c.Language())
		send(streamLine{Fault: &shape})
		return nil
	}
	send(streamLine{Report: &report})
	return nil
}

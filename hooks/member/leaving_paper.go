package member

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
)

// leavingPaper is the final statement of somebody who left, as a letter: what was held, what was owed, what
// is paid and by when. Retirees who are told nothing are the commonest complaint about such co-ops.
func leavingPaper(c *web.Call) error {
	number, err := c.Number("number")
	if err != nil {
		return err
	}
	if c.By.Role == act.Member && c.By.Number != number {
		return fault.Forbidden("auth.forbidden")
	}
	l, err := LeavingOf(c.App, number)
	if err != nil {
		return err
	}
	coop, err := pdf.CoopOf(c.App)
	if err != nil {
		return err
	}
	raw, err := l.paper(coop, c.Language(), clock.Of(c.App).Now())
	if err != nil {
		return err
	}
	h := c.Response.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", `inline; filename="keluar-`+PrintNumber(number)+`.pdf"`)
	return c.Blob(http.StatusOK, "application/pdf", raw)
}

func (l Leaving) paper(coop pdf.Coop, language string, now time.Time) ([]byte, error) {
	say := func(key string, params map[string]any) string { return words.Say(language, key, params) }
	title, foot := "print.leaving_title", ""
	if l.Status != Left {
		title = "print.leaving_preview"
	}
	facts := []pdf.Fact{{Label: say("print.member", nil), Value: PrintNumber(l.Number) + " · " + l.Name}, {Label: say("print.leaving_date", nil), Value: pdf.Day(language, l.Date)}}
	if l.Reason != "" {
		facts = append(facts, pdf.Fact{Label: say("print.leaving_reason", nil), Value: say("office.leave_"+l.Reason, nil)})
	}
	payable := "print.leaving_payable"
	if l.Reason == deceased {
		payable = "print.leaving_payable_heirs"
		facts = append(facts, pdf.Fact{Label: say("print.leaving_heirs", nil), Value: cmp.Or(l.Note, "………………………………………")})
	}
	if l.EntryNumber != "" {
		facts = append(facts, pdf.Fact{Label: say("print.entry", nil), Value: l.EntryNumber})
		foot = say("print.head", map[string]any{"head": ledger.HeadSeal{Seq: l.Entry, Hash: l.Hash}.Short()})
	}
	d := pdf.New(pdf.Paper{Coop: coop, Title: say(title, nil), Facts: facts, Foot: foot, Language: language, Made: now})
	amount := []pdf.Column{{Title: "", Width: 5}, {Title: "Rp", Width: 2, Amount: true}}
	d.Heading(say("print.leaving_held", nil))
	var rows [][]string
	for _, h := range l.Held {
		rows = append(rows, []string{say("office.leaving_account_"+strconv.Itoa(h.Account), nil), h.Amount.Format()})
	}
	d.Table(amount, rows, []string{say("print.sum", nil), l.Savings.Format()})
	if len(l.Debts) > 0 {
		d.Heading(say("print.leaving_debts", nil))
		rows = nil
		for _, i := range l.Debts {
			rows = append(rows, []string{say("common.kind_"+i.Kind, nil), pdf.Day(language, i.Date), i.Amount.Format(), i.Offset.Format(), (i.Amount - i.Offset).Format()})
		}
		d.Table([]pdf.Column{{Title: say("print.leaving_kind", nil), Width: 2}, {Title: say("print.date", nil), Width: 2}, {Title: say("print.leaving_amount", nil), Width: 1.6, Amount: true},
			{Title: say("print.leaving_offset", nil), Width: 1.6, Amount: true}, {Title: say("print.leaving_left", nil), Width: 1.6, Amount: true}}, rows,
			[]string{say("print.sum", nil), "", l.Debt.Format(), l.Offset.Format(), l.StillOwed.Format()})
	}
	d.Heading(say("print.leaving_result", nil))
	result := [][]string{{say("print.leaving_held", nil), l.Savings.Format()}, {say("print.leaving_minus", nil), l.Offset.Format()}}
	d.Table(amount, result, []string{say(payable, nil), l.Payable.Format()})
	if l.Payable > 0 {
		d.Text(say("print.leaving_due", map[string]any{"date": pdf.Day(language, l.DueOn), "paid": l.Paid.Format(), "rest": (l.Payable - l.Paid).Format()}))
	}
	if l.Later > 0 {
		d.Text(say("print.leaving_later", map[string]any{"date": pdf.Day(language, l.LaterDueOn), "amount": l.Later.Format()}))
	}
	if l.StillOwed > 0 {
		d.Text(say("print.leaving_owed", map[string]any{"amount": l.StillOwed.Format(), "now": l.Owed.Format()}))
	}
	if l.Waived > 0 {
		d.Text(say("print.leaving_waived", map[string]any{"amount": l.Waived.Format()}))
	}
	if l.Locked != nil {
		d.Text(say("print.leaving_locked", map[string]any{"period": pdf.Month(language, l.Locked.Period), "amount": l.Locked.Asked.Format()}))
	}
	d.Note(say("print.leaving_note", nil))
	return d.Bytes()
}

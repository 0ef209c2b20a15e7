package ledger

import (
	"fmt"
	"strconv"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
)

// Reports are the names that a report has in addresses.
const (
	reportJournal     = "journal"
	reportCard        = "card"
	reportMember      = "member"
	reportCash        = "cash"
	reportTrial       = "trial-balance"
	reportReceivables = "receivables"
)

// asked is what a report is about.
type asked struct {
	report  string
	in      Range
	account int
	who     Party
	today   clock.Date
}

// sheet is a report on its way into a file: titles, columns, and who writes the rows.
type sheet struct {
	titles  []string
	columns []document.Column
	rows    func(w document.Writer) error
}

func (r reportReader) say(key string, params map[string]any) string {
	return words.Say(r.names.language, key, params)
}

// columns are the titles of a file by their words, with their widths.
func (r reportReader) columns(names ...string) []document.Column {
	widths := map[string]float64{"date": 12, "number": 16, "kind": 12, "name": 34, "party": 34, "label": 30}
	var all []document.Column
	for _, name := range names {
		width := widths[name]
		if width == 0 {
			width = 16
		}
		all = append(all, document.Column{Title: r.say("report.column_"+name, nil), Width: width})
	}
	return all
}

// sheet lays a report out as rows, whatever its length.
func (r reportReader) sheet(a asked) (sheet, error) {
	s := sheet{titles: []string{r.say("report."+a.report, nil), r.say("report.range", map[string]any{"from": a.in.From, "to": a.in.To})}}
	switch a.report {
	case reportJournal:
		s.columns = r.columns("date", "number", "kind", "account", "name", "party", "debit", "credit", "entry")
		s.rows = func(w document.Writer) error { return r.journalRows(w, a.in) }
	case reportCard:
		head, err := r.cardHead(a.account, a.in)
		if err != nil {
			return s, err
		}
		s.titles[0] = fmt.Sprintf("%s %d %s", s.titles[0], head.Account, head.Name)
		s.columns = r.columns("date", "number", "kind", "party", "debit", "credit", "balance", "entry")
		s.rows = func(w document.Writer) error { return r.cardRows(w, head) }
	case reportMember:
		card, err := r.Party(a.who, a.account, a.in, Cut{})
		if err != nil {
			return s, err
		}
		s.titles[0] += " " + card.Party
		s.columns = r.columns("date", "number", "kind", "account", "name", "debit", "credit", "balance", "entry")
		s.rows = func(w document.Writer) error { return r.partyRows(w, card) }
	case reportCash:
		s.columns = r.columns("account", "name", "label", "opening", "in", "out", "closing")
		s.rows = func(w document.Writer) error { return r.cashRows(w, a.in) }
	case reportTrial:
		s.titles[1] = r.say("report.on", map[string]any{"date": a.in.To})
		s.columns = r.columns("account", "name", "debit", "credit")
		s.rows = func(w document.Writer) error { return r.trialRows(w, a.in.To) }
	case reportReceivables:
		s.titles[1] = r.say("report.on", map[string]any{"date": a.in.To})
		s.columns = r.columns("member", "name", "to30", "to60", "to90", "over90", "sum")
		s.rows = func(w document.Writer) error { return r.agedRows(w, a.in.To) }
	default:
		return s, fault.NotFound("ledger.report_unknown", fault.Params{"report": a.report})
	}
	return s, nil
}

func amountOrNone(amount money.Rupiah) any {
	if amount == 0 {
		return nil
	}
	return amount
}

func (r reportReader) kind(kind string) string { return r.say("office.entry_"+kind, nil) }

func (r reportReader) journalRows(w document.Writer, in Range) error {
	return r.entries(in, "", func(e EntryView) error {
		for _, l := range e.Lines {
			if err := w.Row(string(e.Date), e.Number, r.kind(e.Kind), strconv.Itoa(l.Account), l.Name, l.Party, amountOrNone(l.Debit), amountOrNone(l.Credit), strconv.FormatInt(e.ID, 10)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r reportReader) cardRows(w document.Writer, head Card) error {
	if err := w.Row(string(head.From), nil, r.say("report.opening", nil), nil, nil, nil, head.Opening, nil); err != nil {
		return err
	}
	err := r.cardLines(head.Account, head.Range, Cut{}, func(_ place, l BookLine) error {
		return w.Row(string(l.Date), l.Number, r.kind(l.Kind), l.Party, amountOrNone(l.Debit), amountOrNone(l.Credit), l.Balance, strconv.FormatInt(l.Entry, 10))
	})
	if err != nil {
		return err
	}
	return w.Row(string(head.To), nil, r.say("report.closing", nil), nil, head.Debit, head.Credit, head.Closing, nil)
}

func (r reportReader) partyRows(w document.Writer, card PartyCard) error {
	for _, t := range card.Accounts {
		if err := w.Row(string(card.From), nil, r.say("report.opening", nil), strconv.Itoa(t.Account), t.Name, nil, nil, t.Opening, nil); err != nil {
			return err
		}
	}
	for _, l := range card.Lines {
		if err := w.Row(string(l.Date), l.Number, r.kind(l.Kind), strconv.Itoa(l.Account), l.Name, amountOrNone(l.Debit), amountOrNone(l.Credit), l.Balance, strconv.FormatInt(l.Entry, 10)); err != nil {
			return err
		}
	}
	for _, t := range card.Accounts {
		if err := w.Row(string(card.To), nil, r.say("report.closing", nil), strconv.Itoa(t.Account), t.Name, t.Debit, t.Credit, t.Closing, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r reportReader) cashRows(w document.Writer, in Range) error {
	report, err := r.Cash(in)
	if err != nil {
		return err
	}
	for _, p := range report.Places {
		if err := w.Row(strconv.Itoa(p.Account), p.Name, p.Label, p.Opening, p.In, p.Out, p.Closing); err != nil {
			return err
		}
	}
	return nil
}

func (r reportReader) trialRows(w document.Writer, on clock.Date) error {
	t, err := trialOn(r, on, r.names.language)
	if err != nil {
		return err
	}
	for _, l := range t.Accounts {
		if err := w.Row(strconv.Itoa(l.Account), l.Name, amountOrNone(l.Debit), amountOrNone(l.Credit)); err != nil {
			return err
		}
	}
	return w.Row(nil, r.say("report.column_sum", nil), t.Debit, t.Credit)
}

func (r reportReader) agedRows(w document.Writer, on clock.Date) error {
	for after := int64(0); ; {
		page, err := r.Receivables(on, after, 500)
		if err != nil {
			return err
		}
		for _, m := range page.Members {
			if err := w.Row(paddedNumber(strconv.FormatInt(m.Member, 10)), m.Name, m.To30, m.To60, m.To90, m.Over, m.Sum); err != nil {
				return err
			}
		}
		if after = page.Next; after == 0 {
			t := page.Total
			return w.Row(nil, r.say("report.column_sum", nil), t.To30, t.To60, t.To90, t.Over, t.Sum())
		}
	}
}

package savings

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

func hexOf(hash []byte) string { return hex.EncodeToString(hash) }

// paper is a file that leaves the room.
type paper struct {
	name, mime string
	data       []byte
}

// speaker says the papers' words in one language.
type speaker struct{ language string }

func (s speaker) say(key string, params map[string]any) string {
	return words.Say(s.language, "paper."+key, params)
}

func (s speaker) day(d clock.Date) string { return pdf.Day(s.language, d) }

func (s speaker) period(p clock.Period) string { return pdf.Month(s.language, p) }

func (s speaker) kind(k ledger.ItemKind) string { return s.say("savings_"+string(k), nil) }

// source is how a movement came or went, in words.
func (s speaker) source(l Line) string {
	way := "in"
	if l.Amount < 0 {
		way = "out"
	}
	key := "move_" + l.Source + "_" + way
	if text := s.say(key, nil); text != "paper."+key {
		return text
	}
	return s.say("move_"+way, nil)
}

// rate writes basis points as percent: 350 is "3,5 %".
func (s speaker) rate(bp int64) string {
	text := fmt.Sprintf("%d", bp/100)
	if rest := bp % 100; rest != 0 {
		point := map[string]string{"en": "."}[s.language]
		if point == "" {
			point = ","
		}
		text += point + fmt.Sprintf("%02d", rest)
		if rest%10 == 0 {
			text = text[:len(text)-1]
		}
	}
	return text + " %"
}

// file writes a statement as pdf, csv or xlsx.
func (s Statement) file(app core.App, language, format string) (paper, error) {
	name := fmt.Sprintf("%s-%s-%s-%s.%s", speaker{language}.say("statement_file", nil), member.PrintNumber(s.Member), s.From, s.To, format)
	if format == "pdf" {
		raw, err := s.pdf(app, speaker{language})
		return paper{name, "application/pdf", raw}, err
	}
	mime := document.Types[format]
	if mime == "" {
		return paper{}, fault.Bad("ledger.format_unknown", fault.Params{"format": format, "formats": "pdf, csv, xlsx"})
	}
	raw, err := s.table(speaker{language}, format)
	return paper{name, mime, raw}, err
}

// table writes the statement's rows: each kind's opening, the lines, each kind's closing, and the sums.
func (s Statement) table(say speaker, format string) ([]byte, error) {
	var out bytes.Buffer
	var columns []document.Column
	for _, c := range []struct {
		name  string
		width float64
	}{{"date", 12}, {"number", 16}, {"text", 34}, {"kind", 14}, {"in", 16}, {"out", 16}, {"balance", 16}} {
		columns = append(columns, document.Column{Title: say.say("column_"+c.name, nil), Width: c.width})
	}
	titles := []string{say.say("statement", nil), fmt.Sprintf("%s %s", member.PrintNumber(s.Member), s.Name), say.say("statement_range", map[string]any{"from": say.day(s.From), "to": say.day(s.To)})}
	w, err := document.NewWriter(&out, format, titles, columns)
	row := func(cells ...any) {
		if err == nil {
			err = w.Row(cells...)
		}
	}
	for _, k := range s.Kinds {
		row(string(s.From), nil, say.say("opening", nil), say.kind(k.Kind), nil, nil, k.Opening)
	}
	for _, l := range s.Lines {
		row(string(l.Date), l.Number, say.source(l), say.kind(l.Kind), positive(l.Amount), positive(-l.Amount), l.Balance)
	}
	for _, k := range s.Kinds {
		row(string(s.To), nil, say.say("closing", nil), say.kind(k.Kind), k.In, k.Out, k.Closing)
	}
	row(string(s.To), nil, say.say("all", nil), nil, s.In, s.Out, s.Closing)
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

// positive is an amount, or an empty cell.
func positive(amount money.Rupiah) any {
	if amount <= 0 {
		return nil
	}
	return amount
}

func printed(amount money.Rupiah) string {
	if amount <= 0 {
		return ""
	}
	return amount.Format()
}

func (s Statement) pdf(app core.App, say speaker) ([]byte, error) {
	coop, err := pdf.CoopOf(app)
	if err != nil {
		return nil, err
	}
	d := pdf.New(pdf.Paper{Coop: coop, Title: say.say("statement", nil), Language: say.language, Made: clock.Of(app).Now(),
		Facts: []pdf.Fact{{Label: say.say("member", nil), Value: s.Name}, {Label: say.say("member_number", nil), Value: member.PrintNumber(s.Member)},
			{Label: say.say("range", nil), Value: say.say("statement_range", map[string]any{"from": say.day(s.From), "to": say.day(s.To)})}},
		Foot: say.say("head", map[string]any{"seq": s.Head.Seq, "hash": s.Head.Hash[:min(16, len(s.Head.Hash))]})})
	amounts := []pdf.Column{{Title: say.say("column_kind", nil), Width: 30}, {Title: say.say("opening", nil), Width: 22, Amount: true}, {Title: say.say("column_in", nil), Width: 22, Amount: true},
		{Title: say.say("column_out", nil), Width: 22, Amount: true}, {Title: say.say("closing", nil), Width: 22, Amount: true}}
	var rows [][]string
	for _, k := range s.Kinds {
		rows = append(rows, []string{say.kind(k.Kind), k.Opening.Format(), k.In.Format(), k.Out.Format(), k.Closing.Format()})
	}
	d.Table(amounts, rows, []string{say.say("all", nil), s.Opening.Format(), s.In.Format(), s.Out.Format(), s.Closing.Format()})
	for _, k := range s.Kinds {
		lines := s.linesOf(k.Kind)
		if len(lines) == 0 {
			continue
		}
		d.Heading(say.kind(k.Kind))
		rows := [][]string{{"", say.say("opening", nil), "", "", "", k.Opening.Format()}}
		for _, l := range lines {
			rows = append(rows, []string{say.short(l.Date), say.source(l), l.Number, printed(l.Amount), printed(-l.Amount), l.Balance.Format()})
		}
		d.Table([]pdf.Column{{Title: say.say("column_date", nil), Width: 25}, {Title: say.say("column_text", nil), Width: 35}, {Title: say.say("column_number", nil), Width: 33},
			{Title: say.say("column_in", nil), Width: 22, Amount: true}, {Title: say.say("column_out", nil), Width: 22, Amount: true}, {Title: say.say("column_balance", nil), Width: 24, Amount: true}},
			rows, []string{"", say.say("closing", nil), "", k.In.Format(), k.Out.Format(), k.Closing.Format()})
	}
	if len(s.Lines) == 0 {
		d.Text(say.say("nothing_moved", nil))
	}
	d.Note(say.say("statement_note", nil))
	d.Code(s.Head.Hash)
	return d.Bytes()
}

func (s speaker) short(d clock.Date) string { return d.Time().Format("02/01/2006") }

func (s Statement) linesOf(kind ledger.ItemKind) (lines []Line) {
	for _, l := range s.Lines {
		if l.Kind == kind {
			lines = append(lines, l)
		}
	}
	return lines
}

// slipPaper writes a month's interest of a member, with what was withheld: also when that is nothing.
func slipPaper(app core.App, r act.Reader, language string, number int64, period clock.Period) (paper, error) {
	slip, err := slipOf(r, number, period)
	if err != nil {
		return paper{}, err
	}
	p, err := member.Find(r, number)
	if err != nil {
		return paper{}, err
	}
	t, err := termsOn(r, period.Last())
	if err != nil {
		return paper{}, err
	}
	coop, err := pdf.CoopOf(app)
	if err != nil {
		return paper{}, err
	}
	var hash []byte
	var at int64
	if err := r.Row("SELECT q.hash, j.at FROM seals q JOIN journal j ON j.id = q.seq WHERE q.seq = ?", slip.Entry).Scan(&hash, &at); err != nil {
		return paper{}, err
	}
	say := speaker{language}
	d := pdf.New(pdf.Paper{Coop: coop, Title: say.say("interest_slip", map[string]any{"period": say.period(period)}), Language: language, Made: time.UnixMilli(at).UTC(),
		Facts: []pdf.Fact{{Label: say.say("member", nil), Value: p.Name}, {Label: say.say("member_number", nil), Value: member.PrintNumber(number)},
			{Label: say.say("column_number", nil), Value: slip.Number}, {Label: say.say("column_date", nil), Value: say.day(slip.Date)}},
		Foot: say.say("head", map[string]any{"seq": slip.Entry, "hash": hexOf(hash)[:16]})})
	rows := [][]string{
		{say.say("lowest", nil), slip.Lowest.Format()},
		{say.say("interest_at", map[string]any{"rate": say.rate(slip.Rate)}), slip.Gross.Format()},
		{say.say("withheld", map[string]any{"rate": say.rate(taxRate(slip, t))}), slip.Tax.Format()},
	}
	d.Table([]pdf.Column{{Title: "", Width: 110}, {Title: say.say("rupiah", nil), Width: 40, Amount: true}}, rows, []string{say.say("credited", nil), slip.Net.Format()})
	d.Note(say.say("interest_note", map[string]any{"free": t.TaxFree.Format(), "rate": say.rate(t.Tax)}))
	d.Code(hexOf(hash))
	raw, err := d.Bytes()
	return paper{fmt.Sprintf("%s-%s-%s.pdf", say.say("interest_file", nil), member.PrintNumber(number), period), "application/pdf", raw}, err
}

// taxRate is what was withheld of the whole: nothing below the threshold.
func taxRate(s Slip, t terms) int64 {
	if s.Tax == 0 {
		return 0
	}
	return t.Tax
}

// receiptPaper writes a deposit's receipt, with the head of the chain that it made.
func receiptPaper(app core.App, language string, r Receipt) (paper, error) {
	coop, err := pdf.CoopOf(app)
	if err != nil {
		return paper{}, err
	}
	say := speaker{language}
	d := pdf.New(pdf.Paper{Coop: coop, Title: say.say("receipt", nil), Language: language, Made: r.At,
		Facts: []pdf.Fact{{Label: say.say("member", nil), Value: r.Name}, {Label: say.say("member_number", nil), Value: member.PrintNumber(r.Member)},
			{Label: say.say("column_number", nil), Value: r.Number}, {Label: say.say("column_date", nil), Value: say.day(r.Date)}, {Label: say.say("taken_by", nil), Value: r.By}},
		Foot: say.say("head", map[string]any{"seq": strconv.FormatInt(r.Entry, 10), "hash": r.Hash[:16]})})
	var rows [][]string
	kind := say.kind(ledger.ItemKind(r.Kind))
	if r.Settled > 0 {
		rows = append(rows, []string{say.say("was_due", map[string]any{"kind": kind}), r.Settled.Format()})
	}
	if rest := r.Amount - r.Settled; rest > 0 {
		rows = append(rows, []string{kind, rest.Format()})
	}
	d.Table([]pdf.Column{{Title: say.say("paid_in", nil), Width: 110}, {Title: say.say("rupiah", nil), Width: 40, Amount: true}}, rows, []string{say.say("all", nil), r.Amount.Format()})
	d.Facts([]pdf.Fact{{Label: say.say("balance_after", map[string]any{"kind": kind}), Value: r.Balance.Format()}})
	d.Code(r.Hash)
	raw, err := d.Bytes()
	return paper{fmt.Sprintf("%s-%s.pdf", say.say("receipt_file", nil), strconv.FormatInt(r.Entry, 10)), "application/pdf", raw}, err
}

package ledger

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Formats that the journal is exported in: two of plain-text accounting, whose programs are referees
// from outside, and one for spreadsheets.
var Formats = []string{"hledger", "beancount", "csv"}

// ExportQuery asks for the entries of some dates, both included; an empty one is open.
type ExportQuery struct {
	Format   string
	From, To clock.Date
	Language string
	Progress func(done, total int)
}

// exporter writes the journal in one format.
type exporter interface {
	begin(e *export) error
	entry(e *export, h sealedHead) error
	end() error
}

// export is what the formats may ask for.
type export struct {
	ExportQuery
	head     HeadSeal
	accounts map[int]AccountView
	opening  map[int]moved // what stood on the accounts before From
}

// ordered lists the accounts by number.
func (e *export) ordered() []AccountView {
	var all []AccountView
	for _, a := range e.accounts {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b AccountView) int { return a.Code - b.Code })
	return all
}

// Export writes the journal entry by entry, whatever its length: names of people never, their numbers as
// the parties of lines. With a first date, one entry before it carries what stood on the accounts, so that
// another program's balances are ours.
func Export(ctx context.Context, r act.Reader, out io.Writer, q ExportQuery) error {
	var to exporter
	buffered := bufio.NewWriterSize(out, 1<<16)
	switch q.Format {
	case "hledger":
		to = hledger{buffered}
	case "beancount":
		to = beancount{buffered}
	case "csv":
		to = csvExport{csv.NewWriter(buffered)}
	default:
		return fault.Bad("ledger.format_unknown", fault.Params{"format": q.Format, "formats": strings.Join(Formats, ", ")})
	}
	if q.To == "" {
		q.To = "2199-12-31"
	}
	e := &export{ExportQuery: q, accounts: map[int]AccountView{}, opening: map[int]moved{}}
	hash, seq, err := Head(r)
	if err != nil {
		return err
	}
	e.head = HeadSeal{seq, hex.EncodeToString(hash)}
	chart, err := Accounts(r, q.Language)
	if err != nil {
		return err
	}
	for _, a := range chart {
		e.accounts[a.Code] = a
	}
	if q.From != "" {
		if e.opening, err = movedBetween(r, 0, begin, q.From.Add(-1)); err != nil {
			return err
		}
	}
	if err := to.begin(e); err != nil {
		return err
	}
	if err := e.entries(ctx, r, seq, to); err != nil {
		return err
	}
	if err := to.end(); err != nil {
		return err
	}
	return buffered.Flush()
}

// entries hands every entry of the dates to a format.
func (e *export) entries(ctx context.Context, r act.Reader, last int64, to exporter) error {
	w, err := startWalk(ctx, r, nil)
	if err != nil {
		return err
	}
	rows, err := r.Query("SELECT entry, line, account, party, amount FROM journal_lines WHERE entry <= ? ORDER BY entry, line", last)
	if err != nil {
		return err
	}
	defer rows.Close()
	lines := &lineReader{rows: rows}
	if err := lines.advance(); err != nil {
		return err
	}
	if e.Progress != nil {
		defer e.Progress(int(last), int(last))
	}
	return act.Each(r, headsQuery, []any{1, last}, func(row act.Scanner) error {
		h, err := scanHead(row)
		if err != nil {
			return err
		}
		of, err := lines.take(h.Seq)
		if err != nil {
			return err
		}
		if e.Progress != nil && h.Seq%1024 == 0 {
			e.Progress(int(h.Seq), int(last))
		}
		if h.Date < e.From || h.Date > e.To {
			return ctx.Err()
		}
		for _, l := range of {
			h.Lines = append(h.Lines, Line{Account: l.account, Party: w.people[l.party.Int64], Amount: money.Rupiah(l.amount)})
		}
		if err := to.entry(e, h); err != nil {
			return err
		}
		return ctx.Err()
	})
}

// plain keeps of a name what plain-text accounting reads as a name: no colons, which part levels, no
// semicolons, which begin comments, no second blank, which ends it.
func plain(name string) string {
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`:;|"()[]*!`, c) || c < ' ' {
			return ' '
		}
		return c
	}, name)
	return strings.Join(strings.Fields(name), " ")
}

// hledger writes a journal that hledger reads in its strict mode.
type hledger struct{ *bufio.Writer }

var hledgerTypes = map[string][2]string{"asset": {"assets", "A"}, "liability": {"liabilities", "L"}, "equity": {"equity", "E"}, "income": {"revenues", "R"}, "expense": {"expenses", "X"}}

func (e *export) hledgerName(account int) string {
	a := e.accounts[account]
	return strings.TrimSpace(fmt.Sprintf("%s:%d %s", hledgerTypes[a.Kind][0], account, plain(a.Name)))
}

func (w hledger) begin(e *export) error {
	fmt.Fprintf(w, "; kpdk export ledger --format hledger\n; head %s\n\ndecimal-mark .\ncommodity 1000. IDR\n\n", e.head.Short())
	for _, a := range e.ordered() {
		fmt.Fprintf(w, "account %s  ; type: %s\n", e.hledgerName(a.Code), hledgerTypes[a.Kind][1])
	}
	return e.openingEntry(func(date clock.Date) { fmt.Fprintf(w, "\n%s (0) opening\n", date) },
		func(account int, amount money.Rupiah) {
			fmt.Fprintf(w, "    %s  %d IDR\n", e.hledgerName(account), amount)
		})
}

// openingEntry tells a format what stood on the accounts before the first date, when there was anything.
func (e *export) openingEntry(head func(date clock.Date), line func(account int, amount money.Rupiah)) error {
	said := false
	for _, a := range e.ordered() {
		amount := e.opening[a.Code].net()
		if amount == 0 {
			continue
		}
		if !said {
			head(e.From.Add(-1))
			said = true
		}
		line(a.Code, amount)
	}
	return nil
}

func (w hledger) entry(e *export, h sealedHead) error {
	fmt.Fprintf(w, "\n%s (%s) %s  ; entry: %d, seal: %s\n", h.Date, Number(h.Kind, h.Year, h.Number), h.Kind, h.Seq, ShortHead(h.Seal, h.Seq))
	for _, l := range h.Lines {
		fmt.Fprintf(w, "    %s  %d IDR", e.hledgerName(l.Account), l.Amount)
		if l.Party.Kind != "" {
			fmt.Fprintf(w, "  ; party: %s", plain(l.Party.Ref+" "+string(l.Party.Kind)))
		}
		if err := w.WriteByte('\n'); err != nil { // a buffered writer remembers its first error
			return err
		}
	}
	return nil
}

func (hledger) end() error { return nil }

// beancount writes a ledger that bean-check accepts.
type beancount struct{ *bufio.Writer }

var beancountTypes = map[string]string{"asset": "Assets", "liability": "Liabilities", "equity": "Equity", "income": "Income", "expense": "Expenses"}

func (e *export) beancountName(account int) string {
	return fmt.Sprintf("%s:%d", beancountTypes[e.accounts[account].Kind], account)
}

func (w beancount) begin(e *export) error {
	fmt.Fprintf(w, "; kpdk export ledger --format beancount\n; head %s\n\noption \"operating_currency\" \"IDR\"\n\n", e.head.Short())
	for _, a := range e.ordered() {
		fmt.Fprintf(w, "1900-01-01 open %s IDR\n  name: %s\n", e.beancountName(a.Code), strconv.Quote(plain(a.Name)))
	}
	return e.openingEntry(func(date clock.Date) { fmt.Fprintf(w, "\n%s * \"0\" \"opening\"\n", date) },
		func(account int, amount money.Rupiah) {
			fmt.Fprintf(w, "  %s  %d IDR\n", e.beancountName(account), amount)
		})
}

func (w beancount) entry(e *export, h sealedHead) error {
	fmt.Fprintf(w, "\n%s * %q %q\n  entry: %d\n  seal: %q\n", h.Date, Number(h.Kind, h.Year, h.Number), h.Kind, h.Seq, ShortHead(h.Seal, h.Seq))
	for _, l := range h.Lines {
		fmt.Fprintf(w, "  %s  %d IDR\n", e.beancountName(l.Account), l.Amount)
		if l.Party.Kind == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "    party: %q\n", plain(l.Party.Ref+" "+string(l.Party.Kind))); err != nil {
			return err
		}
	}
	return nil
}

func (beancount) end() error { return nil }

// csvExport writes a line of the journal on each row.
type csvExport struct{ *csv.Writer }

func (w csvExport) begin(*export) error {
	return w.Write([]string{"entry", "number", "date", "kind", "line", "account", "name", "party_kind", "party", "debit_rupiah", "credit_rupiah", "reverses", "hash"})
}

func (w csvExport) entry(e *export, h sealedHead) error {
	reverses := ""
	if h.Reverses != 0 {
		reverses = strconv.FormatInt(h.Reverses, 10)
	}
	for i, l := range h.Lines {
		if err := w.Write([]string{strconv.FormatInt(h.Seq, 10), Number(h.Kind, h.Year, h.Number), string(h.Date), h.Kind, strconv.Itoa(i + 1), strconv.Itoa(l.Account),
			document.SafeCell(e.accounts[l.Account].Name), string(l.Party.Kind), document.SafeCell(l.Party.Ref), strconv.FormatInt(int64(max(l.Amount, 0)), 10),
			strconv.FormatInt(int64(max(-l.Amount, 0)), 10), reverses, hex.EncodeToString(h.Seal)}); err != nil {
			return err
		}
	}
	return nil
}

func (w csvExport) end() error {
	w.Flush()
	return w.Error()
}

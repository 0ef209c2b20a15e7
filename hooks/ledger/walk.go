package ledger

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// walk reads every entry with its lines once, in order, and answers with it what six checks ask: reading
// ten million lines six times was most of a verification. It keeps sums by month, block and party, never
// the lines.
type walk struct {
	entries, lines int64
	progress       func(entries, lines int64)

	balanced, chain, sequence, parties, accounts *Findings

	kinds    map[int]book.PartyKind // the chart: which kind of party an account asks for
	people   map[int64]Party
	previous []byte
	newest   int64
	hashed   []Line
	last     map[counter]int64
	months   map[monthKey]moved
	sums     map[partyAccount]int64
	blocks   map[cell]moved
	unknown  map[int]*unknownAccount
}

type (
	counter struct {
		kind string
		year int
	}
	monthKey struct {
		account int
		period  clock.Period
	}
	partyAccount struct {
		party   int64
		account int
	}
	cell struct {
		account int
		date    clock.Date
		block   int64
	}
	unknownAccount struct{ lines, first int64 }
)

func (c counter) name() string { return fmt.Sprintf("journal.%s.%d", c.kind, c.year) }

// rawLine is a line as it lies in the table.
type rawLine struct {
	line    int64
	account int
	party   sql.NullInt64
	amount  int64
}

// sealedHead is an entry without its lines, with its seal and its act, each of which may be missing.
type sealedHead struct {
	book.Sealed
	Period clock.Period
	Seal   []byte
}

const headsQuery = `SELECT j.id, j.kind, j.year, j.number, j.date, j.period, j.at, j.act, coalesce(j.reverses, 0), s.hash,
	coalesce(a.kind, ''), coalesce(a.key, ''), coalesce(a.role, ''), coalesce(a.actor, '')
	FROM journal j LEFT JOIN seals s ON s.seq = j.id LEFT JOIN acts a ON a.id = j.act WHERE j.id BETWEEN ? AND ? ORDER BY j.id`

func scanHead(row act.Scanner) (h sealedHead, err error) {
	err = row.Scan(&h.Seq, &h.Kind, &h.Year, &h.Number, &h.Date, &h.Period, &h.At, &h.Act, &h.Reverses, &h.Seal, &h.Source.Kind, &h.Source.Key, &h.Source.Role, &h.Source.Actor)
	return h, err
}

// An entry's number lies between them; what else may stand in the tables does, too.
const (
	firstEntry = -1 << 63
	noEntry    = 1<<63 - 1
)

// startWalk reads what the walk must know beforehand. The first entry follows the hash of previous.
func startWalk(ctx context.Context, r act.Reader, previous []byte) (*walk, error) {
	w := &walk{previous: previous, progress: progressOf(ctx), kinds: map[int]book.PartyKind{}, people: map[int64]Party{}, last: map[counter]int64{}, months: map[monthKey]moved{},
		sums: map[partyAccount]int64{}, blocks: map[cell]moved{}, unknown: map[int]*unknownAccount{}}
	for _, f := range []**Findings{&w.balanced, &w.chain, &w.sequence, &w.parties, &w.accounts} {
		*f = NewFindings(ctx)
	}
	err := act.Each(r, "SELECT CAST(account AS INTEGER), party_kind FROM accounts", nil, func(row act.Scanner) error {
		var account int
		var kind book.PartyKind
		err := row.Scan(&account, &kind)
		w.kinds[account] = kind
		return err
	})
	if err != nil {
		return nil, err
	}
	return w, act.Each(r, "SELECT id, kind, ref FROM parties", nil, func(row act.Scanner) error {
		var id int64
		var p Party
		err := row.Scan(&id, &p.Kind, &p.Ref)
		w.people[id] = p
		return err
	})
}

// run walks the entries from one number to another and reports how many lines it has read.
func (w *walk) run(ctx context.Context, r act.Reader, from, to int64) error {
	rows, err := r.Query("SELECT entry, line, account, party, amount FROM journal_lines WHERE entry BETWEEN ? AND ? ORDER BY entry, line", from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	lines := &lineReader{rows: rows}
	if err := lines.advance(); err != nil {
		return err
	}
	err = act.Each(r, headsQuery, []any{from, to}, func(row act.Scanner) error {
		h, err := scanHead(row)
		if err != nil {
			return err
		}
		if err := w.astray(lines, h.Seq); err != nil {
			return err
		}
		of, err := lines.take(h.Seq)
		if err != nil {
			return err
		}
		w.entry(h, of)
		if w.entries%1024 == 0 {
			w.progress(w.entries, w.lines)
			return ctx.Err()
		}
		return nil
	})
	if err == nil {
		err = w.astray(lines, noEntry)
	}
	w.progress(w.entries, w.lines)
	return err
}

// astray names the lines of entries that are not there, up to an entry that is.
func (w *walk) astray(lines *lineReader, until int64) error {
	for lines.entry < until {
		entry := lines.entry
		of, err := lines.take(entry)
		if err != nil {
			return err
		}
		w.shape(entry, of)
		w.balanced.Add("verify.lines_astray", map[string]any{"entry": entry})
		w.sum(entry, "", of) // its amounts are nobody's
	}
	return nil
}

// entry looks at one entry.
func (w *walk) entry(h sealedHead, lines []rawLine) {
	w.entries++
	w.newest = h.Seq
	if len(lines) == 0 {
		w.balanced.Add("verify.no_lines", map[string]any{"entry": h.Seq})
	} else {
		w.shape(h.Seq, lines)
	}
	w.sum(h.Seq, h.Date, lines)
	h.Lines = w.hashed[:0]
	for _, l := range lines {
		m := monthKey{l.account, h.Period}
		have := w.months[m]
		w.months[m] = moved{have.debit + money.Rupiah(max(l.amount, 0)), have.credit + money.Rupiah(max(-l.amount, 0))}
		h.Lines = append(h.Lines, Line{Account: l.account, Party: w.people[l.party.Int64], Amount: money.Rupiah(l.amount)})
	}
	w.hashed = h.Lines
	c := counter{h.Kind, h.Year}
	if want := w.last[c] + 1; h.Number != want {
		w.sequence.Add("verify.number_gap", map[string]any{"entry": h.Seq, "counter": c.name(), "number": h.Number, "expected": want})
	}
	w.last[c] = h.Number
	if h.Seal == nil {
		w.balanced.Add("verify.unsealed", map[string]any{"entry": h.Seq})
		return
	}
	// After a bad seal it goes on from the stored hash, so that a single changed entry is a single finding.
	if !bytes.Equal(h.Hash(w.previous), h.Seal) {
		w.chain.Add("verify.chain_broken", map[string]any{"entry": h.Seq, "number": Number(h.Kind, h.Year, h.Number)})
	}
	w.previous = h.Seal
}

// shape: two lines or more, numbered without gaps, that sum to zero.
func (w *walk) shape(entry int64, lines []rawLine) {
	sum, last := int64(0), lines[len(lines)-1].line
	for _, l := range lines {
		sum += l.amount
	}
	switch n := int64(len(lines)); {
	case sum != 0:
		w.balanced.Add("verify.unbalanced", map[string]any{"entry": entry, "difference_rupiah": sum})
	case n < 2:
		w.balanced.Add("verify.lines_missing", map[string]any{"entry": entry, "lines": n})
	case last != n:
		w.balanced.Add("verify.line_numbers", map[string]any{"entry": entry, "lines": n, "last": last})
	}
}

// sum adds lines to what is kept of them, unless they have no entry and so no date, and holds their accounts and
// parties against the chart.
func (w *walk) sum(entry int64, date clock.Date, lines []rawLine) {
	w.lines += int64(len(lines))
	block := (entry - 1) / blockSize
	for _, l := range lines {
		if l.party.Valid && date != "" {
			w.sums[partyAccount{l.party.Int64, l.account}] += l.amount
		}
		if date != "" {
			c := cell{l.account, date, block}
			have := w.blocks[c]
			w.blocks[c] = moved{have.debit + money.Rupiah(max(l.amount, 0)), have.credit + money.Rupiah(max(-l.amount, 0))}
		}
		kind, known := w.kinds[l.account]
		if !known {
			u := w.unknown[l.account]
			if u == nil {
				u = &unknownAccount{first: entry}
				w.unknown[l.account] = u
			}
			u.lines++
		}
		if kind != book.NoParty && w.people[l.party.Int64].Kind != kind {
			w.parties.Add("verify.party_missing", map[string]any{"entry": entry, "line": l.line, "account": l.account, "kind": kind})
		}
	}
}

// lineReader hands out the lines of one entry after the other.
type lineReader struct {
	rows  *sql.Rows
	lines []rawLine
	entry int64 // that the line ahead belongs to; noEntry at the end
	ahead rawLine
}

func (r *lineReader) advance() error {
	if !r.rows.Next() {
		r.entry = noEntry
		return r.rows.Err()
	}
	return r.rows.Scan(&r.entry, &r.ahead.line, &r.ahead.account, &r.ahead.party, &r.ahead.amount)
}

// take hands out the lines of an entry, none when those ahead belong to a later one. They are good until
// the next call.
func (r *lineReader) take(entry int64) ([]rawLine, error) {
	r.lines = r.lines[:0]
	for r.entry == entry {
		r.lines = append(r.lines, r.ahead)
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
	return r.lines, nil
}

// checkMonths compares the kept months with what the lines add up to.
func (w *walk) checkMonths(f *Findings, r act.Reader) error {
	kept := map[monthKey]moved{}
	err := act.Each(r, "SELECT account, period, debit, credit FROM account_months", nil, func(row act.Scanner) error {
		var m monthKey
		var t moved
		err := row.Scan(&m.account, &m.period, &t.debit, &t.credit)
		kept[m] = t
		return err
	})
	if err != nil {
		return err
	}
	months := maps.Clone(w.months)
	maps.Copy(months, kept) // a month that is kept and has no lines is compared with nothing
	for _, m := range slices.SortedFunc(maps.Keys(months), func(a, b monthKey) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.period, b.period))
	}) {
		if k, ok := kept[m]; !ok || k != w.months[m] {
			f.Add("verify.month_balance", map[string]any{"account": m.account, "period": m.period, "kept_debit_rupiah": orNone(k.debit, ok), "kept_credit_rupiah": orNone(k.credit, ok),
				"real_debit_rupiah": int64(w.months[m].debit), "real_credit_rupiah": int64(w.months[m].credit)})
		}
	}
	return nil
}

// checkBlocks compares the kept blocks, all that are full, with what the lines add up to.
func (w *walk) checkBlocks(f *Findings, r act.Reader) error {
	kept := map[cell]moved{}
	err := act.Each(r, "SELECT account, date, block, debit, credit FROM account_blocks", nil, func(row act.Scanner) error {
		var c cell
		var m moved
		err := row.Scan(&c.account, &c.date, &c.block, &m.debit, &m.credit)
		kept[c] = m
		return err
	})
	if err != nil {
		return err
	}
	full := w.newest / blockSize
	cells := maps.Clone(kept)
	for c, m := range w.blocks {
		if c.block < full {
			cells[c] = m
		}
	}
	var wrong []cell
	for c := range cells {
		if k, ok := kept[c]; !ok || k != w.blocks[c] {
			wrong = append(wrong, c)
		}
	}
	slices.SortFunc(wrong, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.date, b.date), cmp.Compare(a.block, b.block))
	})
	for _, c := range wrong {
		k, ok := kept[c]
		f.Add("verify.block_balance", map[string]any{"account": c.account, "date": c.date, "block": c.block, "kept_debit_rupiah": orNone(k.debit, ok), "kept_credit_rupiah": orNone(k.credit, ok),
			"real_debit_rupiah": int64(w.blocks[c].debit), "real_credit_rupiah": int64(w.blocks[c].credit)})
	}
	return nil
}

// checkParties compares the kept balances of parties with what the lines add up to.
func (w *walk) checkParties(f *Findings, r act.Reader) error {
	say := func(pa partyAccount, kept any) {
		f.Add("verify.party_balance", map[string]any{"party": w.people[pa.party].String(), "account": pa.account, "kept_rupiah": kept, "real_rupiah": w.sums[pa]})
	}
	kept := 0
	err := act.Each(r, "SELECT party, account, amount FROM party_balances ORDER BY party, account", nil, func(row act.Scanner) error {
		var pa partyAccount
		var amount int64
		err := row.Scan(&pa.party, &pa.account, &amount)
		real, ok := w.sums[pa]
		if amount != real {
			say(pa, amount)
		}
		if ok {
			kept++
		}
		return err
	})
	if err != nil || kept == len(w.sums) {
		return err
	}
	for _, pa := range slices.SortedFunc(maps.Keys(w.sums), func(a, b partyAccount) int {
		return cmp.Or(cmp.Compare(a.party, b.party), cmp.Compare(a.account, b.account))
	}) {
		var there bool
		if err := r.Row("SELECT EXISTS(SELECT 1 FROM party_balances WHERE party = ? AND account = ?)", pa.party, pa.account).Scan(&there); err != nil {
			return err
		}
		if !there {
			say(pa, "–")
		}
	}
	return nil
}

package treasury

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
)

// importChunk is how many lines one act takes: some 15 ms of the writer.
const importChunk = 400

// File is a bank's file for one of the co-op's accounts. A nil layout means the one that is kept.
type File struct {
	Bank   int64
	Name   string
	Data   []byte
	Layout *Layout
}

// Preview is what a file would bring, before anything is written.
type Preview struct {
	Bank    int64         `json:"bank"`
	Layout  Layout        `json:"layout"`
	Known   bool          `json:"known"` // this bank's layout is kept and fits the file
	Sample  [][]string    `json:"sample"`
	Lines   int           `json:"lines"`
	Added   int           `json:"added"`
	From    clock.Date    `json:"from"`
	To      clock.Date    `json:"to"`
	In      money.Rupiah  `json:"in_rupiah"`
	Out     money.Rupiah  `json:"out_rupiah"`
	Opening *money.Rupiah `json:"opening_rupiah"`
	Closing *money.Rupiah `json:"closing_rupiah"`
	Problem *fault.Shape  `json:"problem"` // why it can't be taken with this layout
}

const sampleRows = 4

// Look reads a file and says what it would bring.
func Look(app core.App, language string, f File) (Preview, error) {
	r := act.Read(app)
	table, layout, known, err := f.open(r)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Bank: f.Bank, Layout: layout, Known: known, Sample: [][]string{}}
	for _, row := range table.Rows[:min(len(table.Rows), sampleRows)] {
		cleaned := make([]string, len(layout.Header))
		for i := range cleaned {
			cleaned[i] = clipText(cell(row, i))
		}
		p.Sample = append(p.Sample, cleaned)
	}
	s, err := ReadStatement(table, layout, clock.Of(app).Today())
	if fault.IsFault(err) {
		said := fault.Say(err, language)
		p.Problem = &said
		return p, nil
	}
	if err != nil {
		return p, err
	}
	hashes, err := f.hashes(app, s.Lines)
	if err != nil {
		return p, err
	}
	for i, l := range s.Lines {
		_, seen, err := knownAs(r, hashes[i])
		if err != nil {
			return p, err
		}
		if !seen {
			p.Added++
		}
		p.In, p.Out = p.In+max(l.Sen.Rupiah(), 0), p.Out+max(-l.Sen.Rupiah(), 0)
	}
	p.Lines, p.From, p.To = len(s.Lines), s.Lines[0].Date, s.Lines[len(s.Lines)-1].Date
	p.Opening, p.Closing = rupiahOf(s.Opening), rupiahOf(s.Closing)
	return p, nil
}

func rupiahOf(s *Sen) *money.Rupiah {
	if s == nil {
		return nil
	}
	amount := s.Rupiah()
	return &amount
}

// open reads the table and finds its layout: the one that is sent, the one that is kept, or a guess.
func (f File) open(r act.Reader) (table *document.Table, layout Layout, known bool, err error) {
	if _, err := bankOf(r, f.Bank); err != nil {
		return nil, layout, false, err
	}
	if table, err = ReadStatementTable(f.Name, f.Data); err != nil {
		return nil, layout, false, err
	}
	if f.Layout != nil {
		layout = *f.Layout
		if !layout.fits(table.Header) {
			return nil, layout, false, fault.Refused("treasury.layout_other")
		}
		return table, layout, true, nil
	}
	kept, found, err := keptLayout(r, f.Bank)
	if err != nil || found && kept.fits(table.Header) {
		return table, kept, found, err
	}
	return table, Detect(table), false, nil
}

func keptLayout(r act.Reader, bank int64) (l Layout, found bool, err error) {
	var raw string
	err = r.Row("SELECT layout FROM bank_layouts WHERE bank = ? ORDER BY id DESC LIMIT 1", bank).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(raw), &l)
	}
	return l, err == nil, err
}

// hashes are what lines are known by: blind, as texts name people.
func (f File) hashes(app core.App, lines []StatementLine) ([][]byte, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return nil, err
	}
	all := make([][]byte, len(lines))
	for i, l := range lines {
		sum := sha256.Sum256([]byte(ring.Index("bank", fmt.Sprintf("%d|%s|%d|%d|%s", f.Bank, l.Date, l.Sen, l.Nth, strings.ToUpper(l.Text)))))
		all[i] = sum[:]
	}
	return all, nil
}

// knownAs says whether a line that stands has a hash. One that was voided gives its place to the hash of its hash.
func knownAs(r act.Reader, hash []byte) (as []byte, seen bool, err error) {
	for {
		var there, void bool
		err := r.Row("SELECT count(*) > 0, count(v.line) > 0 FROM bank_lines b LEFT JOIN bank_voids v ON v.line = b.id WHERE b.hash = ?", hash).Scan(&there, &void)
		if err != nil || !void {
			return hash, there, err
		}
		next := sha256.Sum256(hash)
		hash = next[:]
	}
}

// Taken tells what an import added.
type Taken struct {
	Bank      int64      `json:"bank"`
	Statement int64      `json:"statement"` // what it is known by; 0 when nothing was added
	Lines     int        `json:"lines"`
	Added     int        `json:"added"`
	From      clock.Date `json:"from"`
	To        clock.Date `json:"to"`
}

// newLine is one line on its way into the books, without its text: act inputs are hashed for ever.
type newLine struct {
	Date clock.Date `json:"date"`
	Sen  Sen        `json:"sen"`
	Hash []byte     `json:"hash"`
}

// Import takes a bank's file: lines that are known already are passed over, so the same file again adds
// nothing, and one that overlaps adds what is new. It is a chain of acts; a crash between them is mended by
// sending the file again.
func Import(ctx context.Context, app core.App, key string, by act.Actor, f File, progress func(n, total int)) (Taken, bool, error) {
	table, layout, known, err := f.open(act.Read(app))
	if err != nil {
		return Taken{}, false, err
	}
	if !known {
		return Taken{}, false, fault.Refused("treasury.layout_unknown")
	}
	s, err := ReadStatement(table, layout, clock.Of(app).Today())
	if err != nil {
		return Taken{}, false, err
	}
	hashes, err := f.hashes(app, s.Lines)
	if err != nil {
		return Taken{}, false, err
	}
	out := Taken{Bank: f.Bank, Lines: len(s.Lines), From: s.Lines[0].Date, To: s.Lines[len(s.Lines)-1].Date}
	for at := 0; at < len(s.Lines); at += importChunk {
		end := min(at+importChunk, len(s.Lines))
		added, _, err := takeLines(ctx, app, fmt.Sprintf("%s:%06d", key, at), by, f.Bank, s.Lines[at:end], hashes[at:end])
		if err != nil {
			return out, false, err
		}
		out.Added += added
		if progress != nil {
			progress(end, len(s.Lines))
		}
	}
	input := struct {
		Taken
		Layout           Layout
		Opening, Closing *Sen
	}{out, layout, s.Opening, s.Closing}
	return act.Do(ctx, app, act.Act{Kind: "treasury.import_statement", Key: key, Input: input, By: by}, func(tx *act.Tx) (Taken, error) {
		if err := keepLayout(tx, f.Bank, layout); err != nil || out.Added == 0 {
			return out, err
		}
		tell(tx, app)
		out.Statement = tx.ID()
		return out, tx.Exec("INSERT INTO bank_statements(act, bank, first_date, last_date, opening, closing, lines, added) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
			tx.ID(), f.Bank, string(out.From), string(out.To), nullable(s.Opening), nullable(s.Closing), out.Lines, out.Added)
	})
}

func nullable(s *Sen) any {
	if s == nil {
		return nil
	}
	return int64(*s)
}

// keepLayout remembers a bank's layout when it is another than before.
func keepLayout(tx *act.Tx, bank int64, l Layout) error {
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	var same bool
	err = tx.Row("SELECT coalesce((SELECT layout FROM bank_layouts WHERE bank = ? ORDER BY id DESC LIMIT 1), '') = ?", bank, string(raw)).Scan(&same)
	if err != nil || same {
		return err
	}
	return tx.Exec("INSERT INTO bank_layouts(bank, layout, act) VALUES(?, ?, ?)", bank, string(raw), tx.ID())
}

func takeLines(ctx context.Context, app core.App, key string, by act.Actor, bank int64, lines []StatementLine, hashes [][]byte) (int, bool, error) {
	input := make([]newLine, len(lines))
	for i, l := range lines {
		input[i] = newLine{l.Date, l.Sen, hashes[i]}
	}
	return act.Do(ctx, app, act.Act{Kind: "treasury.import_lines", Key: key, Input: input, By: by}, func(tx *act.Tx) (added int, err error) {
		for i, l := range lines {
			hash, seen, err := knownAs(tx, hashes[i])
			if err != nil {
				return added, err
			}
			if seen {
				continue
			}
			var id int64
			if err := tx.ExecRow("INSERT INTO bank_lines(bank, date, sen, hash, act) VALUES(?, ?, ?, ?, ?) RETURNING id", bank, string(l.Date), int64(l.Sen), hash, tx.ID()).Scan(&id); err != nil {
				return added, err
			}
			if err := tx.Exec("INSERT INTO bank_line_texts(line, text) VALUES(?, ?)", id, l.Text); err != nil {
				return added, err
			}
			added++
		}
		return added, nil
	})
}

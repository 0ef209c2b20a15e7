package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
)

// What happened beside the journal (who decided what, dues, mandates, rules) has no chain of its own: a hash for each
// row would cost the till more than the row. Instead the rows that are new are sealed together, hourly, at night and
// when the server stops: each seal hashes them over the seal before, and verify hashes them again. See
// docs/decisions/0027-rows-are-sealed.md for what this proves and what it doesn't.

// sealedTables are the tables whose rows are sealed, each with the column that only grows: its own number, the row's,
// or the act's.
var sealedTables = map[string]string{}

func init() {
	for column, tables := range map[string]string{
		"id": `acts bank_layouts bank_lines bank_matches card_certificates card_devices card_events card_prints employee_facts excess_choices fact_cancels identity_checks imported_lists login_events mandates
			member_events member_kinds open_items openings parties payroll_adjustments payroll_claims payroll_correction_steps payroll_corrections payroll_events payroll_layouts payroll_lists payroll_previews
			payroll_resolution_decisions payroll_resolutions payroll_results payroll_skips payroll_unmatched payroll_unmatched_corrections periods_log photo_events policies settlements shift_events signed_papers withdrawal_steps`,
		"act": `act_answers application_decisions applications bank_statements bank_unmatches credit_requests credit_sales erasures excess_uses goods_receipts instalment_decisions instalment_margins
			instalment_plans instalment_requests late_cash leave_decisions leave_requests leavings objection_answers objections payroll_corrected payroll_money payroll_unmatched_decisions
			quarantine_decisions quarantined_sales savings_interest savings_interest_months savings_receipts savings_reversals stock_adjustments stock_decisions stock_requests supplier_bill_reversals supplier_bills treasury_decisions treasury_moves treasury_requests treasury_reversals
			withdrawals write_offs`,
	} {
		for _, table := range strings.Fields(tables) {
			sealedTables[table] = column
		}
	}
}

const (
	rowsOfSeal = 500 // at most, so that a finding names few
	sealsOfAct = 200 // at most: an act holds the writer for a moment only
)

// rowSeal is a seal over a table's rows after the one before, up to a number.
type rowSeal struct {
	table      string
	upto, rows int64
	hash       []byte
	digest     hash.Hash // while it is made
}

// sum is a seal's hash: over the hash of the seal before it, whatever table that was for, and the digest of its rows.
func (s *rowSeal) sum(previous []byte) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%x %s %d %d %x", previous, s.table, s.upto, s.rows, s.digest.Sum(nil))
	return h.Sum(nil)
}

// readRows hands out a table's rows from after one number up to another, in order, each with its number and its form
// for hashing: every column that is not NULL, by name. A column that comes to a table later is NULL for what is there.
func readRows(r act.Reader, table string, after, upto int64, each func(number int64, form []byte) error) error {
	column := sealedTables[table]
	rows, err := r.Query(fmt.Sprintf("SELECT %[2]s, * FROM %[1]s WHERE %[2]s > ? AND %[2]s <= ? ORDER BY %[2]s", table, column), after, upto)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	order := make([]int, 0, len(names)-1)
	for i := 1; i < len(names); i++ {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	// Rows of one act have no order of their own: their forms are sorted.
	var same [][]byte
	var number int64
	tell := func() error {
		slices.SortFunc(same, bytes.Compare)
		for _, form := range same {
			if err := each(number, form); err != nil {
				return err
			}
		}
		same = same[:0]
		return nil
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		at, ok := values[0].(int64)
		if !ok {
			return fmt.Errorf("%s has a row without a number", table)
		}
		if at != number {
			if err := tell(); err != nil {
				return err
			}
			number = at
		}
		form, err := formOf(names, values, order)
		if err != nil {
			return fmt.Errorf("%s %d: %w", table, at, err)
		}
		same = append(same, form)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return tell()
}

func formOf(names []string, values []any, order []int) (form []byte, err error) {
	put := func(kind byte, text string) {
		form = append(binary.AppendUvarint(append(form, kind), uint64(len(text))), text...)
	}
	for _, i := range order {
		if values[i] == nil {
			continue
		}
		put('c', names[i])
		switch v := values[i].(type) {
		case int64:
			form = binary.AppendVarint(append(form, 'i'), v)
		case string:
			put('t', v)
		case []byte:
			put('b', string(v))
		default:
			return nil, fmt.Errorf("%T in %s", v, names[i])
		}
	}
	return append(form, '.'), nil
}

// SealRows seals what happened since it was last done. It reads beside the writer; what it writes is a chain of short
// acts, each of which goes in only if no other seal came between.
func SealRows(ctx context.Context, app core.App) error {
	for {
		var last int64
		var previous []byte
		var seals []*rowSeal
		err := act.Snapshot(ctx, app, func(r act.Reader) (err error) {
			if last, previous, err = lastRowSeal(r); err != nil {
				return err
			}
			var other bool // besides the acts of sealing itself, which would never end
			if err := r.Row("SELECT EXISTS(SELECT 1 FROM acts WHERE id > coalesce((SELECT max(upto) FROM row_seals WHERE \"table\" = 'acts'), 0) AND kind <> 'ledger.seal_rows')").Scan(&other); err != nil || !other {
				return err
			}
			seals, err = unsealed(ctx, r)
			return err
		})
		if err != nil || len(seals) == 0 {
			return err
		}
		done, _, err := act.Do(ctx, app, act.Act{Kind: "ledger.seal_rows", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (int, error) {
			if now, _, err := lastRowSeal(tx); err != nil || now != last {
				return 0, err // somebody else is at it
			}
			previous := previous
			for i, s := range seals {
				hash := s.sum(previous)
				if err := tx.Exec(`INSERT INTO row_seals(id, "table", upto, rows, hash, act) VALUES(?, ?, ?, ?, ?, ?)`, last+int64(i)+1, s.table, s.upto, s.rows, hash, tx.ID()); err != nil {
					return 0, err
				}
				previous = hash
			}
			return len(seals), nil
		})
		if err != nil || done < sealsOfAct {
			return err
		}
	}
}

func lastRowSeal(r act.Reader) (id int64, hash []byte, err error) {
	err = r.Row("SELECT id, hash FROM row_seals ORDER BY id DESC LIMIT 1").Scan(&id, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return id, hash, err
}

// unsealed makes the next seals, without their hashes.
func unsealed(ctx context.Context, r act.Reader) (seals []*rowSeal, err error) {
	for _, table := range tablesSealed() {
		after := int64(math.MinInt64)
		if err := r.Row(`SELECT coalesce(max(upto), ?) FROM row_seals WHERE "table" = ?`, after, table).Scan(&after); err != nil {
			return nil, err
		}
		var s *rowSeal
		err := readRows(r, table, after, math.MaxInt64, func(number int64, form []byte) error {
			if s == nil || s.rows >= rowsOfSeal && number != s.upto {
				if len(seals) == sealsOfAct {
					return errEnough
				}
				s = &rowSeal{table: table, digest: sha256.New()}
				seals = append(seals, s)
			}
			s.upto = number
			s.rows++
			s.digest.Write(form)
			return ctx.Err()
		})
		if errors.Is(err, errEnough) {
			return seals, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return seals, nil
}

// tablesSealed lists the tables in the order of sealing. The acts come last: how far they are sealed says whether
// anything is left to do.
func tablesSealed() []string {
	all := slices.Sorted(maps.Keys(sealedTables))
	return append(slices.DeleteFunc(all, func(table string) bool { return table == "acts" }), "acts")
}

// keptSeal is a seal as it stands, with the hash of the one before it.
type keptSeal struct {
	rowSeal
	id       int64
	previous []byte
	at       string
}

// sealsBetween reads the seals after one up to another, by their table, and how many rows they cover.
func sealsBetween(r act.Reader, from, to int64) (byTable map[string][]*keptSeal, rows int64, err error) {
	byTable = map[string][]*keptSeal{}
	var previous []byte
	if from > 0 {
		if err := r.Row("SELECT hash FROM row_seals WHERE id = ?", from).Scan(&previous); err != nil {
			return nil, 0, err
		}
	}
	err = act.Each(r, `SELECT s.id, s."table", s.upto, s.rows, s.hash, coalesce(strftime('%Y-%m-%d %H:%M', a.at / 1000, 'unixepoch'), '–') FROM row_seals s LEFT JOIN acts a ON a.id = s.act WHERE s.id > ? AND s.id <= ? ORDER BY s.id`, []any{from, to}, func(row act.Scanner) error {
		k := &keptSeal{previous: previous}
		err := row.Scan(&k.id, &k.table, &k.upto, &k.rows, &k.hash, &k.at)
		k.digest, previous = sha256.New(), k.hash
		byTable[k.table] = append(byTable[k.table], k)
		rows += k.rows
		return err
	})
	return byTable, rows, err
}

// checkRows hashes what was sealed anew. A table's rows are read once; of each seal it needs the hash of the one before.
func checkRows(ctx context.Context, r act.Reader) (int, []string, error) {
	f := NewFindings(ctx)
	byTable, total, err := sealsBetween(r, 0, math.MaxInt64)
	if err == nil {
		err = gaps(f, r, "row_seals", "id")
	}
	if err == nil {
		err = f.Each(r, "verify.rows_unsealed", `SELECT a.id FROM acts a WHERE a.kind = 'ledger.seal_rows' AND NOT EXISTS(SELECT 1 FROM row_seals s WHERE s.act = a.id)
			AND EXISTS(SELECT 1 FROM act_answers w WHERE w.act = a.id AND w.answer <> '0') ORDER BY a.id`, nil, "act")
	}
	if err != nil {
		return f.Done(total, err)
	}
	return f.Done(total, hashAnew(ctx, r, f, byTable, 0))
}

// hashAnew makes the hashes of seals after one anew from the rows that they cover.
func hashAnew(ctx context.Context, r act.Reader, f *Findings, byTable map[string][]*keptSeal, from int64) (err error) {
	for _, table := range tablesSealed() {
		seals := byTable[table]
		delete(byTable, table)
		if err != nil || len(seals) == 0 {
			continue
		}
		at, after := 0, int64(math.MinInt64)
		if err = r.Row(`SELECT coalesce(max(upto), ?) FROM row_seals WHERE "table" = ? AND id <= ?`, after, table, from).Scan(&after); err != nil {
			return err
		}
		counted := int64(0)
		judge := func() {
			if s := seals[at]; counted != s.rows || !bytes.Equal(s.sum(s.previous), s.hash) {
				f.Add("verify.rows_changed", map[string]any{"table": table, "from": max(after, 0) + 1, "to": s.upto, "at": s.at})
			}
			after, counted = seals[at].upto, 0
			at++
		}
		err = readRows(r, table, after, seals[len(seals)-1].upto, func(number int64, form []byte) error {
			for number > seals[at].upto {
				judge()
			}
			counted++
			seals[at].digest.Write(form)
			return ctx.Err()
		})
		for err == nil && at < len(seals) {
			judge()
		}
	}
	for table := range byTable { // that nobody seals
		f.Add("verify.rows_changed", map[string]any{"table": table, "from": 1, "to": byTable[table][0].upto, "at": byTable[table][0].at})
	}
	return err
}

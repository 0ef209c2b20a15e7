package opening

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// step is the last thing that happened to the opening.
type step struct {
	action string // import, undo, or empty
	date   clock.Date
	items  int
	act    int64
}

func lastOpening(r act.Reader) (s step, err error) {
	err = r.Row("SELECT action, date, items, act FROM openings ORDER BY id DESC LIMIT 1").Scan(&s.action, &s.date, &s.items, &s.act)
	if errors.Is(err, sql.ErrNoRows) {
		return step{}, nil
	}
	return s, err
}

// State says whether an opening is in the books, and whether it can still be taken back; or, while none is in, whether
// it is too late for one.
type State struct {
	Late     bool       `json:"late"`
	Done     bool       `json:"done"`
	Date     clock.Date `json:"date"`
	Balances int        `json:"balances"`
	MayUndo  bool       `json:"may_undo"`
}

// StateOf reads the opening's state.
func StateOf(r act.Reader) (State, error) {
	last, err := lastOpening(r)
	if err != nil {
		return State{}, err
	}
	if last.action != "import" {
		late, err := ledger.Begun(r)
		return State{Late: late}, err
	}
	err = untouched(r, last)
	if err != nil && !fault.IsFault(err) {
		return State{}, err
	}
	return State{Done: true, Date: last.date, Balances: last.items, MayUndo: err == nil}, nil
}

// untouched refuses when anything was built on an opening: a later entry, a settlement, goods that moved.
func untouched(r act.Reader, last step) error {
	var built bool
	err := r.Row(`SELECT EXISTS(SELECT 1 FROM journal WHERE act > ?1) OR EXISTS(SELECT 1 FROM stock_moves WHERE act > ?1)
		OR EXISTS(SELECT 1 FROM settlements WHERE act > ?1)`, last.act).Scan(&built)
	if err == nil && built {
		err = fault.Refused("opening.built_on")
	}
	return err
}

// Undo takes an opening back: each entry by its exact negative, the debts without money, the goods off the
// shelf. It is the only reversal that the opening's entries have, because their negative alone would leave
// debts and goods behind.
func Undo(ctx context.Context, app core.App, stock Stock, key string, by act.Actor, reason string) (State, bool, error) {
	return act.Do(ctx, app, act.Act{Kind: "opening.undo", Key: key, By: by, Note: reason}, func(tx *act.Tx) (State, error) {
		last, err := lastOpening(tx)
		switch {
		case err != nil:
			return State{}, err
		case last.action != "import":
			return State{}, fault.Refused("opening.none")
		}
		if err := untouched(tx, last); err != nil {
			return State{}, err
		}
		if err := ledger.EnsureOpen(tx, last.date); err != nil {
			return State{}, err
		}
		if err := last.takeBack(tx, stock); err != nil {
			return State{}, err
		}
		return State{}, tx.Exec("INSERT INTO openings(action, date, items, act) VALUES('undo', ?, ?, ?)", string(last.date), last.items, tx.ID())
	})
}

func (s step) takeBack(tx *act.Tx, stock Stock) error {
	entries, err := ids(tx, "SELECT id FROM journal WHERE act = ? ORDER BY id", s.act)
	if err != nil {
		return err
	}
	items, err := ids(tx, "SELECT id FROM open_items WHERE act = ? ORDER BY id", s.act)
	if err != nil {
		return err
	}
	type good struct {
		product  int64
		quantity money.Quantity
		value    money.Rupiah
	}
	var goods []good
	if err := act.Each(tx, "SELECT product, quantity, value FROM stock_moves WHERE act = ? ORDER BY id", []any{s.act}, func(row act.Scanner) error {
		var g good
		err := row.Scan(&g.product, &g.quantity, &g.value)
		goods = append(goods, g)
		return err
	}); err != nil {
		return err
	}
	var back int64 // any of them: they have one date
	for _, entry := range entries {
		posted, err := ledger.Reverse(tx, entry, s.date)
		if err != nil {
			return err
		}
		back = posted.Entry
	}
	for _, id := range items {
		item, err := ledger.ItemOf(tx, id)
		if err != nil {
			return err
		}
		if err := ledger.Settle(tx, id, item.Remainder, ledger.ByWaiver, back); err != nil {
			return err
		}
	}
	for _, g := range goods {
		if err := stock.Put(tx, g.product, -g.quantity, -g.value); err != nil {
			return err
		}
	}
	return nil
}

func ids(r act.Reader, query string, of int64) (all []int64, err error) {
	err = act.Each(r, query, []any{of}, func(row act.Scanner) error {
		var id int64
		err := row.Scan(&id)
		all = append(all, id)
		return err
	})
	return all, err
}

package treasury

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// MoveView is one move as people read it, and what its slip prints.
type MoveView struct {
	Entry      int64         `json:"entry"` // the entry that booked it, by which it is known
	At         time.Time     `json:"at"`
	Date       clock.Date    `json:"date"`
	Kind       string        `json:"kind"`
	Place      string        `json:"place"`
	PlaceName  string        `json:"place_name"`
	Target     string        `json:"target"`
	TargetName string        `json:"target_name"`
	Amount     money.Rupiah  `json:"amount_rupiah"`
	Fee        money.Rupiah  `json:"fee_rupiah"`
	Held       money.Rupiah  `json:"held_rupiah"`
	Number     string        `json:"number"`
	Hash       string        `json:"hash"` // the head of the chain after it
	By         string        `json:"by"`
	ApprovedBy string        `json:"approved_by"`
	Voucher    string        `json:"voucher"`
	Note       string        `json:"note"`
	ReversedBy string        `json:"reversed_by"` // the number of the entry that took it back
	Matched    bool          `json:"matched"`     // the bank's statement shows it
	Items      []SettledItem `json:"items,omitempty"`
}

// MoveList is a page of moves, newest first.
type MoveList struct {
	Moves []MoveView `json:"moves"`
	Next  int64      `json:"next"`
}

const moveColumns = `SELECT m.act, m.entry, a.at, j.date, m.kind, m.place, m.target, m.amount, m.fee, m.held, j.kind, j.year, j.number, s.hash,
	b.role, b.actor, CASE WHEN m.request IS NULL THEN '' ELSE a.role END, CASE WHEN m.request IS NULL THEN '' ELSE a.actor END, m.voucher, coalesce(t.text, ''),
	coalesce(v.kind, ''), coalesce(v.year, 0), coalesce(v.number, 0),
	EXISTS(SELECT 1 FROM bank_match_entries x WHERE x.entry = m.entry AND NOT EXISTS(SELECT 1 FROM bank_unmatches u WHERE u.match = x.match))
	FROM treasury_moves m JOIN acts a ON a.id = m.act JOIN acts b ON b.id = coalesce(m.request, m.act) JOIN journal j ON j.id = m.entry JOIN seals s ON s.seq = m.entry
	LEFT JOIN act_notes t ON t.act = coalesce(m.request, m.act) LEFT JOIN treasury_reversals r ON r.move = m.entry LEFT JOIN journal v ON v.id = r.entry `

// scanned is a move before its names are known.
type scanned struct {
	MoveView
	act                           int64
	role, approver                act.Role
	actor, approvedBy, back, kind string
}

func scanMove(row act.Scanner) (s scanned, err error) {
	var at, number, backNumber int64
	var year, backYear int
	var hash []byte
	err = row.Scan(&s.act, &s.Entry, &at, &s.Date, &s.Kind, &s.Place, &s.Target, &s.Amount, &s.Fee, &s.Held, &s.kind, &year, &number, &hash,
		&s.role, &s.actor, &s.approver, &s.approvedBy, &s.Voucher, &s.Note, &s.back, &backYear, &backNumber, &s.Matched)
	s.At, s.Number, s.Hash = time.UnixMilli(at).UTC(), ledger.Number(s.kind, year, number), hex.EncodeToString(hash)
	if s.back != "" {
		s.ReversedBy = ledger.Number(s.back, backYear, backNumber)
	}
	return s, err
}

func (s scanned) named(n *names) (v MoveView, err error) {
	v = s.MoveView
	if v.PlaceName, err = n.place(v.Place); err != nil {
		return v, err
	}
	if v.TargetName, err = n.target(v.Kind, v.Target); err != nil {
		return v, err
	}
	if v.By, err = n.actor(s.role, s.actor); err != nil {
		return v, err
	}
	v.ApprovedBy, err = n.actor(s.approver, s.approvedBy)
	return v, err
}

// moves pages through what happened, newest first, before an entry.
func moves(r act.Reader, n *names, before, limit int64) (MoveList, error) {
	list := MoveList{Moves: []MoveView{}}
	var found []scanned
	err := act.Each(r, moveColumns+"WHERE (? = 0 OR m.entry < ?) ORDER BY m.entry DESC LIMIT ?", []any{before, before, limit}, func(row act.Scanner) error {
		s, err := scanMove(row)
		found = append(found, s)
		return err
	})
	for _, s := range found {
		if err != nil {
			return list, err
		}
		var v MoveView
		v, err = s.named(n)
		list.Moves = append(list.Moves, v)
	}
	if int64(len(found)) == limit {
		list.Next = found[len(found)-1].Entry
	}
	return list, err
}

// moveOf reads one move with what it settled.
func moveOf(r act.Reader, n *names, entry int64) (MoveView, error) {
	s, err := scanMove(r.Row(moveColumns+"WHERE m.entry = ?", entry))
	if errors.Is(err, sql.ErrNoRows) {
		return MoveView{}, fault.NotFound("treasury.move_unknown")
	}
	if err != nil {
		return MoveView{}, err
	}
	v, err := s.named(n)
	if err == nil && v.Kind == KindDebt {
		v.Items, err = settledBy(r, s.act)
	}
	return v, err
}

// names turns ids into the words of people, each looked up once.
type names struct {
	r        act.Reader
	language string
	known    map[string]string
}

func newNames(r act.Reader, language string) *names { return &names{r, language, map[string]string{}} }

func (n *names) ask(query, id string) (string, error) {
	if text, ok := n.known[query+id]; ok {
		return text, nil
	}
	var text string
	err := n.r.Row(query, id).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	n.known[query+id] = text
	return text, nil
}

// place names a place: the bank account's own name, the till of a shift, or the kind of place.
func (n *names) place(text string) (string, error) {
	if shift, is := strings.CutPrefix(text, shiftPrefix); is {
		till, err := n.ask("SELECT till FROM shifts WHERE id = CAST(? AS INTEGER)", shift)
		return words.Say(n.language, "treasury.place_shift", map[string]any{"till": till}), err
	}
	p, ok := ParsePlace(text)
	if !ok || p.Kind == placeCash {
		return words.Say(n.language, "treasury.place_"+text, nil), nil
	}
	name, err := n.ask("SELECT name FROM bank_accounts WHERE number = CAST(? AS INTEGER)", number(p.Bank))
	return words.Say(n.language, "treasury.place_"+p.Kind, map[string]any{"name": name}), err
}

// target names whom or what a move concerns.
func (n *names) target(kind, id string) (string, error) {
	switch kind {
	case KindExpense:
		column := "name"
		if n.language == "en" {
			column = "CASE name_en WHEN '' THEN name ELSE name_en END"
		}
		return n.ask("SELECT "+column+" FROM expense_categories WHERE id = ?", id)
	case KindSupplier:
		return n.ask("SELECT name FROM suppliers WHERE number = CAST(? AS INTEGER)", id)
	case KindConsignor:
		return n.ask("SELECT name FROM consignors WHERE number = CAST(? AS INTEGER)", id)
	case KindTransfer:
		return n.place(id)
	case KindReversal:
		return n.takenBack(id)
	}
	name, err := n.ask("SELECT name FROM members WHERE number = CAST(? AS INTEGER)", id)
	who, _ := strconv.ParseInt(id, 10, 64)
	return name + " · " + member.PrintNumber(who), err
}

// takenBack names a move that somebody wants to take back, by its number and what it concerned.
func (n *names) takenBack(entry string) (string, error) {
	var kind, target, journal string
	var year int
	var count int64
	err := n.r.Row("SELECT m.kind, m.target, j.kind, j.year, j.number FROM treasury_moves m JOIN journal j ON j.id = m.entry WHERE m.entry = CAST(? AS INTEGER)", entry).
		Scan(&kind, &target, &journal, &year, &count)
	if err != nil {
		return "", err
	}
	name, err := n.target(kind, target)
	return words.Say(n.language, "treasury.take_back", map[string]any{"number": ledger.Number(journal, year, count), "name": name}), err
}

func (n *names) actor(role act.Role, id string) (string, error) {
	switch role {
	case act.Nobody:
		return "", nil
	case act.Manager:
		return n.ask("SELECT email FROM _superusers WHERE id = ?", id)
	case act.Console, act.System:
		return words.Say(n.language, "journal.by_"+string(role), nil), nil
	}
	return n.ask("SELECT name FROM operators WHERE id = ?", id)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

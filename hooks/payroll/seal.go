package payroll

import (
	"encoding/hex"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Seal is an entry that settled a deduction, with the head of the chain after it: what a slip prints, so that
// `kpdk verify --head` can say years later whether the books still contain it.
type Seal struct {
	Entry  int64      `json:"entry"` // its place in the chain, too
	Number string     `json:"number"`
	Date   clock.Date `json:"date"`
	Hash   string     `json:"hash"`
}

// SettlingSeals are the entries that booked what was deducted from a member in a period, in order: one usually,
// more where a late answer was settled after the others; none while nothing is booked.
func SettlingSeals(r act.Reader, p clock.Period, member int64) ([]Seal, error) {
	seals, party := []Seal{}, ledger.MemberParty(member)
	return seals, act.Each(r, `SELECT DISTINCT j.id, j.kind, j.year, j.number, j.date, s.hash FROM parties m JOIN journal_lines l ON l.party = m.id JOIN journal j ON j.id = l.entry AND j.kind = ?
		JOIN seals s ON s.seq = j.id JOIN journal_lines c ON c.entry = j.id AND c.account = ? JOIN parties u ON u.id = c.party
		WHERE m.ref = ? AND m.kind = ? AND u.kind = ? AND u.ref > ? AND u.ref < ? ORDER BY j.id`,
		[]any{ledger.KindPayroll, ledger.PayrollClearing, party.Ref, string(party.Kind), string(book.UnitRun), string(p) + ":", string(p) + ";"}, func(row act.Scanner) error {
			var seal Seal
			var kind string
			var year int
			var number int64
			var hash []byte
			err := row.Scan(&seal.Entry, &kind, &year, &number, &seal.Date, &hash)
			seal.Number, seal.Hash = ledger.Number(kind, year, number), hex.EncodeToString(hash)
			seals = append(seals, seal)
			return err
		})
}

package payroll

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// Sealed is a list as it was locked: its number, and the hash by which a file is known as that list.
type Sealed struct {
	ID       int64        `json:"-"`
	Number   string       `json:"number"` // DPG-2026/0007
	Period   clock.Period `json:"period"`
	Unit     string       `json:"unit"` // code of the work unit
	Hash     string       `json:"hash"` // SHA-256, hexadecimal
	Code     string       `json:"code"` // the hash's beginning, for people to compare: 3f9a-12bc-77e0
	Members  int          `json:"members"`
	Total    money.Rupiah `json:"total_rupiah"`
	Replaces string       `json:"replaces"` // the number of the list before it, when members withdrew
	At       string       `json:"at"`
	hash     []byte
}

// listNumber is how a list's number is printed.
func listNumber(year, number int) string { return fmt.Sprintf("DPG-%d/%04d", year, number) }

// shortCode is the part of a hash that a letter prints large: 48 bits, far beyond chance.
func shortCode(hash []byte) string {
	text := hex.EncodeToString(hash[:6])
	return text[:4] + "-" + text[4:8] + "-" + text[8:]
}

// Asked is one line of a list as it is sealed: whom, and how much.
type Asked struct {
	Member int64
	Amount money.Rupiah
}

// SealList is the SHA-256 by which a list is known. It covers these bytes, in ASCII, each line ended by a line
// feed (0x0A); numbers are decimal without signs, separators or leading zeros:
//
//	kpdk/payroll-list/1
//	2026-11;622801;2026-11-02          period; code of the work unit; pay day
//	2;250000                           number of members; sum in rupiah
//	17;100000                          one line a member by ascending member number: number; amount asked
//	846;150000
//
// Anybody who holds the list can build them: names, NIP and the order of the rows are no part of it. What
// each amount is made of is held by the run's own parts, which no trigger lets change once it is locked.
func SealList(p clock.Period, unit string, pay clock.Date, rows []Asked) [sha256.Size]byte {
	var sum money.Rupiah
	for _, r := range rows {
		sum += r.Amount
	}
	sorted := slices.SortedFunc(slices.Values(rows), func(a, b Asked) int { return cmp.Compare(a.Member, b.Member) })
	h := sha256.New()
	fmt.Fprintf(h, "kpdk/payroll-list/1\n%s;%s;%s\n%d;%d\n", p, unit, pay, len(rows), int64(sum))
	for _, r := range sorted {
		writeAsked(h, r)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func writeAsked(h hash.Hash, r Asked) { fmt.Fprintf(h, "%d;%d\n", r.Member, int64(r.Amount)) }

// toSeal reads what each unit of a run asks for, without those who withdrew.
func toSeal(r act.Reader, h head, withdrawn map[int64]bool) (map[string][]Asked, error) {
	units := map[string][]Asked{}
	return units, act.Each(r, "SELECT unit, member, requested FROM payroll_lines WHERE period = ? AND requested > 0 ORDER BY member", []any{string(h.Period)}, func(row act.Scanner) error {
		var unit string
		var a Asked
		err := row.Scan(&unit, &a.Member, &a.Amount)
		if _, there := units[unit]; !there {
			units[unit] = nil // also a unit whose members all withdrew is said
		}
		if !withdrawn[a.Member] {
			units[unit] = append(units[unit], a)
		}
		return err
	})
}

// seals makes a run's lists anew, by unit.
func seals(r act.Reader, h head, withdrawn map[int64]bool) ([]Sealed, error) {
	units, err := toSeal(r, h, withdrawn)
	var all []Sealed
	for unit, rows := range units {
		s := Sealed{Period: h.Period, Unit: unit, Members: len(rows)}
		for _, a := range rows {
			s.Total += a.Amount
		}
		sum := SealList(h.Period, unit, h.PayDate, rows)
		s.hash = sum[:]
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Sealed) int { return strings.Compare(a.Unit, b.Unit) })
	return all, err
}

// SealedLists are the lists of a run that stand, by unit: a list that another one replaced is left out.
func SealedLists(r act.Reader, p clock.Period) ([]Sealed, error) {
	return sealedLists(r, "l.period = ? AND NOT EXISTS(SELECT 1 FROM payroll_lists n WHERE n.replaces = l.id)", string(p))
}

func sealedLists(r act.Reader, where string, args ...any) ([]Sealed, error) {
	all := []Sealed{}
	return all, act.Each(r, `SELECT l.id, l.year, l.number, l.period, l.unit, l.hash, l.members, l.total, coalesce(o.year, 0), coalesce(o.number, 0), a.at
		FROM payroll_lists l JOIN acts a ON a.id = l.act LEFT JOIN payroll_lists o ON o.id = l.replaces WHERE `+where+` ORDER BY l.unit, l.id`, args, func(row act.Scanner) error {
		var s Sealed
		var year, number, oldYear, oldNumber int
		var at int64
		if err := row.Scan(&s.ID, &year, &number, &s.Period, &s.Unit, &s.hash, &s.Members, &s.Total, &oldYear, &oldNumber, &at); err != nil {
			return err
		}
		s.Number, s.Hash, s.Code, s.At = listNumber(year, number), hex.EncodeToString(s.hash), shortCode(s.hash), time.UnixMilli(at).UTC().Format(time.RFC3339)
		if oldNumber > 0 {
			s.Replaces = listNumber(oldYear, oldNumber)
		}
		all = append(all, s)
		return nil
	})
}

// keepSeals numbers the lists that are new or other than those that stand.
func keepSeals(tx *act.Tx, p clock.Period, made []Sealed) error {
	standing, err := SealedLists(tx, p)
	if err != nil {
		return err
	}
	var last, id int64
	year := tx.Today().Year()
	if err := tx.Row("SELECT coalesce(max(number), 0), (SELECT coalesce(max(id), 0) FROM payroll_lists) FROM payroll_lists WHERE year = ?", year).Scan(&last, &id); err != nil {
		return err
	}
	for _, s := range made {
		var replaces any
		if at := slices.IndexFunc(standing, func(o Sealed) bool { return o.Unit == s.Unit }); at >= 0 {
			if slices.Equal(standing[at].hash, s.hash) {
				continue
			}
			replaces = standing[at].ID
		}
		last, id = last+1, id+1
		if err := tx.Exec("INSERT INTO payroll_lists(id, year, number, period, unit, hash, members, total, replaces, act) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			id, year, last, string(p), s.Unit, s.hash, s.Members, int64(s.Total), replaces, tx.ID()); err != nil {
			return err
		}
	}
	return nil
}

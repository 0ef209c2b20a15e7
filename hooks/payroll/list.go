package payroll

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// List is what one work unit's payroll officer gets. It opens the sealed NIP, so it goes to nobody else.
type List struct {
	Period   clock.Period
	PayDate  clock.Date
	UnitCode string
	UnitName string
	Officer  string
	Sealed   Sealed // its number and hash; without a number while it is none of a locked run
	Layout   Layout
	Rows     []Row
	answered bool // tried as an officer would fill it in
}

// Row is one member's line: every column of money, and their sum.
type Row struct {
	Member int64
	NIP    string
	Name   string
	Grade  string
	Shown  Shown
	Total  money.Rupiah
	// Account is where the bank takes it, on the bank's list alone; empty: nobody said.
	Account member.BankAccount
}

// Shown is a line's amounts in the order of columns.
type Shown [6]money.Rupiah

// Of is the amount of a kind, or of Arrears.
func (s Shown) Of(kind string) money.Rupiah {
	if i := slices.Index(columns, kind); i >= 0 {
		return s[i]
	}
	return 0
}

// columns are the kinds of a list in their order on paper.
var columns = []string{string(ledger.ItemPrincipal), string(ledger.ItemMandatory), string(ledger.ItemVoluntary), string(ledger.ItemInstalment), string(ledger.ItemStore), Arrears}

// Total is what the officer is asked for.
func (l List) Total() (sum money.Rupiah) {
	for _, r := range l.Rows {
		sum += r.Total
	}
	return sum
}

// FileName is the list's name on disk: the code may hold signs that a path must not.
func (l List) FileName(extension string) string {
	safe := "tanpa-satker"
	if l.UnitCode != NoUnit {
		safe = safeName(l.UnitCode)
	}
	return fmt.Sprintf("potong-gaji-%s-%s.%s", l.Period, safe, extension)
}

// safeName writes a code with letters and digits alone. What is left out or may be the same to a file system
// leaves a mark, so that "A.1", "A-1" and "a.1" don't overwrite each other's list.
func safeName(code string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, code)
	if safe != code || safe != strings.ToUpper(safe) {
		sum := sha256.Sum256([]byte(code))
		safe += "-" + hex.EncodeToString(sum[:3])
	}
	return safe
}

// ListsOf makes the lists of a locked run, one for each work unit, or the one of a unit (code or record
// id). Whoever withdrew the consent is on none.
func ListsOf(app core.App, p clock.Period, unit string) ([]List, error) {
	r := act.Read(app)
	h, err := promised(r, p)
	if err != nil {
		return nil, err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return nil, err
	}
	if unit, err = unitCode(r, unit); err != nil {
		return nil, err
	}
	lists, err := listRows(r, ring, h, unit)
	if err == nil && len(lists) == 0 {
		err = fault.NotFound("payroll.list_empty", fault.Params{"period": p})
	}
	if err != nil {
		return nil, err
	}
	if err := withAccounts(r, ring, h, lists); err != nil {
		return nil, err
	}
	return lists, dressed(r, p, lists)
}

// withAccounts writes members' accounts on the bank's list, as of pay day.
func withAccounts(r act.Reader, ring *keys.Ring, h head, lists []List) error {
	at := slices.IndexFunc(lists, func(l List) bool { return l.UnitCode == BankUnit })
	if at < 0 {
		return nil
	}
	wanted := map[int64]bool{}
	for _, row := range lists[at].Rows {
		wanted[row.Member] = true
	}
	accounts, err := member.BanksOn(r, ring, h.PayDate, wanted)
	for i := range lists[at].Rows {
		lists[at].Rows[i].Account = accounts[lists[at].Rows[i].Member]
	}
	return err
}

// dressed gives lists their numbers, hashes and layouts.
func dressed(r act.Reader, p clock.Period, lists []List) error {
	sealed, err := SealedLists(r, p)
	if err != nil {
		return err
	}
	for i := range lists {
		l := &lists[i]
		if at := slices.IndexFunc(sealed, func(s Sealed) bool { return s.Unit == l.UnitCode }); at >= 0 {
			l.Sealed = sealed[at]
		}
		if l.Layout, err = LayoutOf(r, l.UnitCode); err != nil {
			return err
		}
	}
	return nil
}

// unitCode takes a work unit's record id for its code; a code stays what it is.
func unitCode(r act.Reader, unit string) (string, error) {
	if unit == "" {
		return "", nil
	}
	var code string
	err := act.Each(r, "SELECT code FROM work_units WHERE id = ?", []any{unit}, func(row act.Scanner) error { return row.Scan(&code) })
	if code == "" {
		code = unit
	}
	return code, err
}

func listRows(r act.Reader, ring *keys.Ring, h head, unit string) ([]List, error) {
	withdrawn, err := withdrawnFrom(r, h)
	if err != nil {
		return nil, err
	}
	shown, err := plannedByKind(r, h.Period, unit)
	if err != nil {
		return nil, err
	}
	var lists []List
	err = act.Each(r, `SELECT l.unit, coalesce(u.name, ''), coalesce(u.officer_name, ''), l.member, l.requested, coalesce(m.name, ''), coalesce(e.grade, ''), coalesce(e.nip_sealed, '')
		FROM payroll_lines l LEFT JOIN members m ON m.number = l.member LEFT JOIN employees e ON e.id = m.employee LEFT JOIN work_units u ON u.code = l.unit
		WHERE l.period = ? AND (? = '' OR l.unit = ?) AND l.requested > 0 ORDER BY l.unit, m.name, l.member`,
		[]any{string(h.Period), unit, unit}, func(row act.Scanner) error {
			var code, name, officer, sealed string
			var line Row
			if err := row.Scan(&code, &name, &officer, &line.Member, &line.Total, &line.Name, &line.Grade, &sealed); err != nil {
				return err
			}
			if withdrawn[line.Member] {
				return nil
			}
			if n := len(lists); n == 0 || lists[n-1].UnitCode != code {
				lists = append(lists, List{Period: h.Period, PayDate: h.PayDate, UnitCode: code, UnitName: name, Officer: officer})
			}
			var err error
			line.NIP, err = ring.Open(sealed)
			if s := shown[line.Member]; s != nil {
				line.Shown = *s
			}
			last := &lists[len(lists)-1]
			last.Rows = append(last.Rows, line)
			return err
		})
	return lists, err
}

func plannedByKind(r act.Reader, p clock.Period, unit string) (map[int64]*Shown, error) {
	cal, err := CalendarFor(r, p)
	if err != nil {
		return nil, err
	}
	shown := map[int64]*Shown{}
	query, args := "SELECT p.member, i.kind, i.date, p.planned FROM payroll_parts p JOIN open_items i ON i.id = p.item WHERE p.period = ? AND p.planned > 0", []any{string(p)}
	if unit != "" {
		query, args = query+" AND p.member IN (SELECT member FROM payroll_lines WHERE period = ? AND unit = ?)", append(args, string(p), unit)
	}
	return shown, act.Each(r, query, args, func(row act.Scanner) error {
		var number int64
		var kind ledger.ItemKind
		var date clock.Date
		var planned money.Rupiah
		if err := row.Scan(&number, &kind, &date, &planned); err != nil {
			return err
		}
		if shown[number] == nil {
			shown[number] = new(Shown)
		}
		if at := slices.Index(columns, ShownAs(kind, date, cal.From)); at >= 0 {
			shown[number][at] += planned
		}
		return nil
	})
}

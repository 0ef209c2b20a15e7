// Package book holds the rules of double entry as pure functions: what a good entry is, and the bytes
// that its seal hashes.
package book

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// PartyKind is the kind of person or thing that a balance is kept for.
type PartyKind string

// The kinds of party. A control account names the one kind it requires.
const (
	NoParty   PartyKind = ""
	Member    PartyKind = "member"
	Supplier  PartyKind = "supplier"
	Consignor PartyKind = "consignor"
	Shift     PartyKind = "shift"
	Bank      PartyKind = "bank"
	UnitRun   PartyKind = "unit_run"
)

// Party is who a line concerns: a kind and a reference that is a number or a code, never a name.
type Party struct {
	Kind PartyKind
	Ref  string
}

// Of names a party by number.
func Of(kind PartyKind, number int64) Party { return Party{kind, strconv.FormatInt(number, 10)} }

func (p Party) String() string {
	if p.Kind == NoParty {
		return ""
	}
	return string(p.Kind) + ":" + p.Ref
}

// Account is what the rules need to know of an account.
type Account struct {
	Code      int
	PartyKind PartyKind
	Closed    bool
}

// Line is one side of an entry: debit positive, credit negative, in whole rupiah.
type Line struct {
	Account int
	Party   Party
	Amount  money.Rupiah
}

// Entry is a journal entry before it is posted.
type Entry struct {
	Kind     string
	Date     clock.Date
	Lines    []Line
	Reverses int64 // the entry this one takes back, or 0
}

// MaxLines bounds one entry.
const MaxLines = 1000

// Compact drops lines of nothing and joins lines of the same account and party, keeping their order.
// An account that would be both debited and credited keeps the net.
func Compact(lines []Line) []Line {
	type place struct {
		account int
		party   Party
	}
	at := make(map[place]int, len(lines))
	out := make([]Line, 0, len(lines))
	for _, l := range lines {
		if l.Amount == 0 {
			continue
		}
		p := place{l.Account, l.Party}
		if i, ok := at[p]; ok && inRange(l.Amount) && inRange(out[i].Amount) { // a sum that overflows could look innocent
			out[i].Amount += l.Amount
			continue
		}
		at[p] = len(out)
		out = append(out, l)
	}
	kept := out[:0]
	for _, l := range out {
		if l.Amount != 0 {
			kept = append(kept, l)
		}
	}
	return kept
}

// CheckSource says why an act cannot stand behind an entry: a field that holds what parts fields or lines
// could be taken for two in the bytes that are hashed.
func CheckSource(s Source) error {
	for _, field := range []string{s.Kind, s.Key, s.Role, s.Actor} {
		if !plainRef(field) {
			return fault.Refused("ledger.source_invalid", fault.Params{"kind": s.Kind})
		}
	}
	return nil
}

// Check says why an entry cannot be posted: it must have two lines or more that sum to zero, on open
// accounts, with the party each control account demands.
func Check(e Entry, accounts map[int]Account) error {
	if len(e.Lines) < 2 || len(e.Lines) > MaxLines {
		return fault.Refused("ledger.line_count", fault.Params{"lines": len(e.Lines)})
	}
	if !plainWord(e.Kind) {
		return fault.Refused("ledger.kind_unknown", fault.Params{"kind": e.Kind})
	}
	if _, ok := clock.ParseDate(string(e.Date)); !ok {
		return fault.Refused("ledger.date_invalid", fault.Params{"date": e.Date})
	}
	var sum money.Rupiah
	for _, l := range e.Lines {
		a, ok := accounts[l.Account]
		switch {
		case !ok:
			return fault.Refused("ledger.account_unknown", fault.Params{"account": l.Account})
		case a.Closed:
			return fault.Refused("ledger.account_closed", fault.Params{"account": l.Account})
		case a.PartyKind != NoParty && a.PartyKind != l.Party.Kind:
			return fault.Refused("ledger.party_required", fault.Params{"account": l.Account, "kind": a.PartyKind})
		case l.Party.Kind != NoParty && !plainRef(l.Party.Ref):
			return fault.Refused("ledger.party_invalid", fault.Params{"account": l.Account, "party": l.Party.String()})
		case l.Amount == 0 || !inRange(l.Amount):
			return fault.Refused("ledger.amount_invalid", fault.Params{"account": l.Account})
		}
		sum += l.Amount // at most MaxLines × 2^53: inside int64
	}
	if sum != 0 {
		return fault.Refused("ledger.unbalanced", fault.Params{"difference": sum.Format()})
	}
	return nil
}

func inRange(amount money.Rupiah) bool { return amount <= money.Max && amount >= -money.Max }

// plainWord says whether a kind is a word of lower-case letters, which cannot be taken for two fields
// in the bytes that are hashed.
func plainWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') })
}

// maxRef bounds a party's reference.
const maxRef = 80

// plainRef says whether a reference is there and holds nothing that parts fields or lines.
func plainRef(s string) bool {
	return s != "" && len(s) <= maxRef && utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool { return c == '|' || unicode.IsControl(c) })
}

// Sealed is a posted entry as its seal covers it.
type Sealed struct {
	Seq      int64
	Kind     string
	Year     int
	Number   int64
	Date     clock.Date
	At       int64 // UTC milliseconds
	Act      int64
	Source   Source
	Reverses int64
	Lines    []Line
}

// Source is the act behind an entry: what was done, under which key, and by whom. Sealed with the entry,
// nobody can put the deed into somebody else's name afterwards.
type Source struct {
	Kind, Key   string
	Role, Actor string // the actor is a record id, never a name
}

// Bytes writes an entry in the one form that is hashed: a version line, a head line, the act's kind, key,
// role and actor, then a line per side, fields parted by "|", each line ended by a line feed:
//
//	kpdk-entry/1
//	12|sale|2026|9|2026-11-02|1793588400000|31|0
//	store.sell|01KC1J8Q3V5W7X9YABCDEFGHJK|cashier|k00000000000001
//	1|1121|member:846|25000
//	2|4101|member:846|-25000
func (s Sealed) Bytes() []byte {
	b := make([]byte, 0, 144+40*len(s.Lines))
	b = fmt.Appendf(b, "kpdk-entry/1\n%d|%s|%d|%d|%s|%d|%d|%d\n", s.Seq, s.Kind, s.Year, s.Number, s.Date, s.At, s.Act, s.Reverses)
	b = append(b, s.Source.Kind...)
	for _, field := range []string{s.Source.Key, s.Source.Role, s.Source.Actor} {
		b = append(append(b, '|'), field...)
	}
	b = append(b, '\n')
	for i, l := range s.Lines {
		b = strconv.AppendInt(b, int64(i+1), 10)
		b = append(b, '|')
		b = strconv.AppendInt(b, int64(l.Account), 10)
		b = append(b, '|')
		b = append(b, l.Party.String()...)
		b = append(b, '|')
		b = strconv.AppendInt(b, int64(l.Amount), 10)
		b = append(b, '\n')
	}
	return b
}

// Hash is SHA-256 over the previous entry's hash (32 zero bytes before the first) and Bytes.
func (s Sealed) Hash(previous []byte) []byte {
	h := sha256.New()
	h.Write(previous)
	h.Write(s.Bytes())
	return h.Sum(nil)
}

// Genesis stands before the first entry's hash.
var Genesis = make([]byte, sha256.Size)

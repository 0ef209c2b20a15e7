package book_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

var chart = map[int]book.Account{
	1101: {Code: 1101}, 1121: {Code: 1121, PartyKind: book.Member}, 4101: {Code: 4101}, 1151: {Code: 1151, Closed: true},
}

func line(account int, amount money.Rupiah, party ...string) book.Line {
	l := book.Line{Account: account, Amount: amount}
	if len(party) > 0 {
		kind, ref, _ := strings.Cut(party[0], ":")
		l.Party = book.Party{Kind: book.PartyKind(kind), Ref: ref}
	}
	return l
}

func TestCheckRefuses(t *testing.T) {
	many := make([]book.Line, book.MaxLines+1)
	for i := range many {
		many[i] = line(1101, 1)
	}
	for name, c := range map[string]struct {
		kind, date string
		lines      []book.Line
		code       string
	}{
		"a good entry":                        {"sale", "2026-11-02", []book.Line{line(1121, 25_000, "member:846"), line(4101, -25_000, "member:846")}, ""},
		"the largest amount":                  {"sale", "2026-11-02", []book.Line{line(1101, money.Max), line(4101, -money.Max)}, ""},
		"no lines":                            {"sale", "2026-11-02", nil, "ledger.line_count"},
		"one line":                            {"sale", "2026-11-02", []book.Line{line(1101, 5)}, "ledger.line_count"},
		"more lines than an entry may have":   {"sale", "2026-11-02", many, "ledger.line_count"},
		"a rupiah too much":                   {"sale", "2026-11-02", []book.Line{line(1101, 25_001), line(4101, -25_000)}, "ledger.unbalanced"},
		"a line of nothing":                   {"sale", "2026-11-02", []book.Line{line(1101, 0), line(4101, 0)}, "ledger.amount_invalid"},
		"an amount beyond exact JSON numbers": {"sale", "2026-11-02", []book.Line{line(1101, money.Max+1), line(4101, -money.Max-1)}, "ledger.amount_invalid"},
		"the most negative number":            {"sale", "2026-11-02", []book.Line{line(1101, math.MinInt64), line(4101, math.MinInt64)}, "ledger.amount_invalid"},
		"an account nobody knows":             {"sale", "2026-11-02", []book.Line{line(9999, 5), line(4101, -5)}, "ledger.account_unknown"},
		"a closed account":                    {"sale", "2026-11-02", []book.Line{line(1151, 5), line(4101, -5)}, "ledger.account_closed"},
		"a control account without its party": {"sale", "2026-11-02", []book.Line{line(1121, 5), line(4101, -5)}, "ledger.party_required"},
		"a control account, another kind":     {"sale", "2026-11-02", []book.Line{line(1121, 5, "supplier:1"), line(4101, -5)}, "ledger.party_required"},
		"a party without a reference":         {"sale", "2026-11-02", []book.Line{line(1121, 5, "member:"), line(4101, -5)}, "ledger.party_invalid"},
		"a party that would forge a field":    {"sale", "2026-11-02", []book.Line{line(1121, 5, "member:1|9"), line(4101, -5)}, "ledger.party_invalid"},
		"a party that would forge a line":     {"sale", "2026-11-02", []book.Line{line(1121, 5, "member:1\n2"), line(4101, -5)}, "ledger.party_invalid"},
		"a kind that would forge a field":     {"sale|9", "2026-11-02", []book.Line{line(1101, 5), line(4101, -5)}, "ledger.kind_unknown"},
		"a kind of nothing":                   {"", "2026-11-02", []book.Line{line(1101, 5), line(4101, -5)}, "ledger.kind_unknown"},
		"the 30th of February":                {"sale", "2026-02-30", []book.Line{line(1101, 5), line(4101, -5)}, "ledger.date_invalid"},
		"no date":                             {"sale", "", []book.Line{line(1101, 5), line(4101, -5)}, "ledger.date_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			err := book.Check(book.Entry{Kind: c.kind, Date: clock.Date(c.date), Lines: c.lines}, chart)
			if c.code == "" && err != nil || c.code != "" && !errors.Is(err, &fault.Fault{Code: c.code}) {
				t.Errorf("got %v, want %q", err, c.code)
			}
		})
	}
}

func TestCompactJoinsAndDrops(t *testing.T) {
	got := book.Compact([]book.Line{line(1101, 5), line(1121, 7, "member:1"), line(1101, 3), line(1121, 2, "member:2"), line(4101, -4), line(4101, 4), line(1151, 0)})
	want := []book.Line{line(1101, 8), line(1121, 7, "member:1"), line(1121, 2, "member:2")}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	huge := book.Compact([]book.Line{line(1101, math.MaxInt64), line(1101, math.MaxInt64), line(4101, 2)})
	if err := book.Check(book.Entry{Kind: "sale", Date: "2026-11-02", Lines: huge}, chart); err == nil {
		t.Error("amounts that overflow when joined must not come out as a small one")
	}
}

// The golden file is what a bookkeeper would check by hand: the bytes, then the hash that follows
// thirty-two zero bytes and them.
func TestCanonicalEntryIsAsDocumented(t *testing.T) {
	s := book.Sealed{Seq: 12, Kind: "sale", Year: 2026, Number: 9, Date: "2026-11-02", At: 1793588400000, Act: 31,
		Source: book.Source{Kind: "store.sell", Key: "01KC1J8Q3V5W7X9YABCDEFGHJK", Role: "cashier", Actor: "k00000000000001"}, Lines: []book.Line{line(1121, 25_000, "member:846"), line(4101, -25_000, "member:846")}}
	want, err := os.ReadFile("testdata/entry.golden")
	if err != nil {
		t.Fatal(err)
	}
	got := string(s.Bytes()) + "sha256 after genesis: " + hex.EncodeToString(s.Hash(book.Genesis)) + "\n"
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// parse reads canonical bytes back; it exists to show that no two entries share their bytes.
func parse(raw []byte) (s book.Sealed, err error) {
	rows := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
	if len(rows) < 3 || rows[0] != "kpdk-entry/1" {
		return s, errors.New("not an entry")
	}
	number := func(text string) int64 {
		n, e := strconv.ParseInt(text, 10, 64)
		err = errors.Join(err, e)
		return n
	}
	h := strings.Split(rows[1], "|")
	if len(h) != 8 {
		return s, fmt.Errorf("head of %d fields", len(h))
	}
	s = book.Sealed{Seq: number(h[0]), Kind: h[1], Year: int(number(h[2])), Number: number(h[3]), Date: clock.Date(h[4]), At: number(h[5]), Act: number(h[6]), Reverses: number(h[7])}
	who := strings.Split(rows[2], "|")
	if len(who) != 4 {
		return s, fmt.Errorf("source of %d fields", len(who))
	}
	s.Source = book.Source{Kind: who[0], Key: who[1], Role: who[2], Actor: who[3]}
	for i, row := range rows[3:] {
		f := strings.Split(row, "|")
		if len(f) != 4 || number(f[0]) != int64(i+1) {
			return s, fmt.Errorf("line %q", row)
		}
		kind, ref, _ := strings.Cut(f[2], ":")
		s.Lines = append(s.Lines, book.Line{Account: int(number(f[1])), Party: book.Party{Kind: book.PartyKind(kind), Ref: ref}, Amount: money.Rupiah(number(f[3]))})
	}
	return s, err
}

// FuzzCanonical: whatever Check lets pass can be read back from its bytes, so two different entries
// never have the same ones.
func FuzzCanonical(f *testing.F) {
	f.Add("sale", "846", "k00000000000001", int64(25_000), int64(12), int64(0))
	f.Add("payroll", "2026-11:A|B", "console", int64(1), int64(1), int64(3))
	f.Add("x\ny", "1\n2|1101||5", "a|b", int64(-7), int64(2), int64(1))
	f.Add("sale", "846", "a|b", int64(25_000), int64(12), int64(0))
	f.Fuzz(func(t *testing.T, kind, ref, actor string, amount, seq, reverses int64) {
		e := book.Entry{Kind: kind, Date: "2026-11-02", Reverses: reverses, Lines: []book.Line{
			{Account: 1121, Party: book.Party{Kind: book.Member, Ref: ref}, Amount: money.Rupiah(amount)}, {Account: 1101, Amount: money.Rupiah(-amount)}}}
		source := book.Source{Kind: "store.sell", Key: "01KC1J8Q3V5W7X9YABCDEFGHJK", Role: "cashier", Actor: actor}
		if book.Check(e, chart) != nil || book.CheckSource(source) != nil {
			return
		}
		s := book.Sealed{Seq: seq, Kind: e.Kind, Year: 2026, Number: 1, Date: e.Date, At: 5, Act: 6, Source: source, Reverses: e.Reverses, Lines: e.Lines}
		back, err := parse(s.Bytes())
		if err != nil || fmt.Sprintf("%#v", back) != fmt.Sprintf("%#v", s) {
			t.Fatalf("%q reads back as %#v, %v", s.Bytes(), back, err)
		}
		changed := s
		changed.Lines = append([]book.Line(nil), s.Lines...)
		changed.Lines[0].Amount++
		if bytes.Equal(changed.Hash(book.Genesis), s.Hash(book.Genesis)) {
			t.Fatal("a rupiah more leaves the hash as it was")
		}
	})
}

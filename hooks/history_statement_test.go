package hooks_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/savings"
)

// office reads pages and files as a treasurer does.
type office struct{ url, token string }

func (o office) reads(t fataler, path string) []byte {
	r, err := http.NewRequest(http.MethodGet, o.url+path, nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	r.Header.Set("Authorization", o.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", path, answer.StatusCode, raw, err)
	}
	return raw
}

// statements holds what a member is told against the books: for any period, and however it is cut in two, the page,
// the file and the paper say what the journal's lines say.
func (h *history) statements(t *rapid.T, paper bool) {
	number := numberOf(h.member(t))
	from := h.today().Add(-rapid.IntRange(0, 150).Draw(t, "days ago"))
	to := from.Add(rapid.IntRange(1, 200).Draw(t, "days"))
	middle := from.Add(rapid.IntRange(0, days(from, to)-1).Draw(t, "cut after"))
	whole, first, second := h.told(t, number, from, to), h.told(t, number, from, middle), h.told(t, number, middle.Add(1), to)
	for i, k := range whole.Kinds {
		a, b := first.Kinds[i], second.Kinds[i]
		if a.Opening != k.Opening || a.Closing != b.Opening || b.Closing != k.Closing || a.In+b.In != k.In || a.Out+b.Out != k.Out {
			t.Fatalf("cut after %s:\n%+v\n%+v\nand whole\n%+v", middle, a, b, k)
		}
	}
	if parts := slices.Concat(first.Lines, second.Lines); !slices.Equal(parts, whole.Lines) {
		t.Fatalf("cut after %s:\n%+v\nand whole\n%+v", middle, parts, whole.Lines)
	}
	h.fileSays(t, whole)
	if paper {
		h.paperSays(t, whole)
	}
}

func days(from, to clock.Date) int { return int(to.Time().Sub(from.Time()).Hours()+12) / 24 }

func statementPath(s savings.Statement, rest string) string {
	return fmt.Sprintf("/api/coop/savings/members/%d/statement%s?from=%s&to=%s", s.Member, rest, s.From, s.To)
}

// told reads a statement as the page does, and holds it against the journal.
func (h *history) told(t *rapid.T, number int64, from, to clock.Date) (s savings.Statement) {
	if err := json.Unmarshal(h.office.reads(t, statementPath(savings.Statement{Member: number, From: from, To: to}, "")), &s); err != nil {
		t.Fatalf("%v", err)
	}
	var all savings.KindSum
	var lines []savings.Line
	for _, k := range s.Kinds {
		real := savings.KindSum{Kind: k.Kind}
		var after []savings.Line
		err := act.Each(act.Read(h.app), `SELECT j.date, j.id, -l.amount FROM journal_lines l JOIN journal j ON j.id = l.entry
			WHERE l.account = ? AND l.party = (SELECT id FROM parties WHERE kind = 'member' AND ref = ?) AND j.date <= ? ORDER BY j.date, j.id, l.line`,
			[]any{k.Kind.CreditAccount(), strconv.FormatInt(number, 10), string(to)}, func(row act.Scanner) error {
				var l savings.Line
				if err := row.Scan(&l.Date, &l.Entry, &l.Amount); err != nil {
					return err
				}
				real.Closing += l.Amount
				if l.Date < from {
					real.Opening += l.Amount
					return nil
				}
				real.In, real.Out = real.In+max(0, l.Amount), real.Out+max(0, -l.Amount)
				l.Kind, l.Balance = k.Kind, real.Closing
				after = append(after, l)
				return nil
			})
		if err != nil || real != k {
			t.Fatalf("%d from %s to %s is told %+v, and the books say %+v %v", number, from, to, k, real, err)
		}
		lines = append(lines, after...)
		all = savings.KindSum{Opening: all.Opening + k.Opening, In: all.In + k.In, Out: all.Out + k.Out, Closing: all.Closing + k.Closing}
		if kept, err := ledger.Balance(act.Read(h.app), ledger.MemberParty(number), k.Kind.CreditAccount()); err != nil || to >= h.today() && kept != -k.Closing {
			t.Fatalf("%d is told %+v and has %d %v", number, k, -kept, err)
		}
	}
	if sums := (savings.KindSum{Opening: s.Opening, In: s.In, Out: s.Out, Closing: s.Closing}); sums != all {
		t.Fatalf("%+v sums to %+v", sums, all)
	}
	say := make([]savings.Line, len(s.Lines))
	for i, l := range s.Lines {
		say[i] = savings.Line{Date: l.Date, Entry: l.Entry, Kind: l.Kind, Amount: l.Amount, Balance: l.Balance}
	}
	order := func(a, b savings.Line) int { return strings.Compare(string(a.Kind), string(b.Kind)) }
	slices.SortStableFunc(say, order)
	slices.SortStableFunc(lines, order)
	if !slices.Equal(say, lines) {
		t.Fatalf("%d is told\n%+v\nand the books say\n%+v", number, say, lines)
	}
	return s
}

// fileSays reads the CSV back: its lines and totals are the page's.
func (h *history) fileSays(t *rapid.T, s savings.Statement) {
	rows, err := csv.NewReader(strings.NewReader(string(h.office.reads(t, statementPath(s, "/file")+"&format=csv")))).ReadAll()
	if err != nil {
		t.Fatalf("%v", err)
	}
	amount := func(n money.Rupiah) string {
		if n <= 0 {
			return ""
		}
		return strconv.FormatInt(int64(n), 10)
	}
	sum := func(n money.Rupiah) string { return strconv.FormatInt(int64(n), 10) }
	var want [][]string // date, number, in, out, balance
	for _, k := range s.Kinds {
		want = append(want, []string{string(s.From), "", "", "", sum(k.Opening)})
	}
	for _, l := range s.Lines {
		want = append(want, []string{string(l.Date), l.Number, amount(l.Amount), amount(-l.Amount), sum(l.Balance)})
	}
	for _, k := range append(slices.Clone(s.Kinds), savings.KindSum{In: s.In, Out: s.Out, Closing: s.Closing}) {
		want = append(want, []string{string(s.To), "", sum(k.In), sum(k.Out), sum(k.Closing)})
	}
	if len(rows) != len(want)+1 {
		t.Fatalf("%d rows in the file, want %d", len(rows), len(want)+1)
	}
	for i, w := range want {
		if r := rows[i+1]; !slices.Equal([]string{r[0], r[1], r[4], r[5], r[6]}, w) {
			t.Fatalf("row %d of the file is %q, want %q", i+2, r, w)
		}
	}
}

// paperSays has a program that did not write it read the PDF: each line that moved, and the totals.
func (h *history) paperSays(t *rapid.T, s savings.Statement) {
	text := testapp.PaperText(h.app.T, h.office.reads(t, statementPath(s, "/file")+"&format=pdf"))
	said := func(format string, args ...any) {
		line := regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(fmt.Sprintf(format, args...)), " ", `\s+`))
		if !line.MatchString(text) {
			t.Fatalf("%s is not in\n%s", line, text)
		}
	}
	for _, k := range s.Kinds {
		said("%s %s %s %s %s", map[ledger.ItemKind]string{ledger.ItemPrincipal: "Simpanan pokok", ledger.ItemMandatory: "Simpanan wajib", ledger.ItemVoluntary: "Simpanan sukarela"}[k.Kind],
			k.Opening.Format(), k.In.Format(), k.Out.Format(), k.Closing.Format())
	}
	said("Jumlah %s %s %s %s", s.Opening.Format(), s.In.Format(), s.Out.Format(), s.Closing.Format())
	for _, l := range s.Lines {
		said("%s %s %s", l.Number, max(l.Amount, -l.Amount).Format(), l.Balance.Format())
	}
}

// newOffice serves the co-op to a treasurer.
func newOffice(t testing.TB, app *testapp.App) office {
	t.Helper()
	return office{app.Serve().URL, app.Token(app.Operator(act.Treasurer))}
}

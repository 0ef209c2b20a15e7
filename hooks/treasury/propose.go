package treasury

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
)

// BankLine is a line of the bank's statement: money in is positive.
type BankLine struct {
	ID     int64        `json:"id"`
	Date   clock.Date   `json:"date"`
	Amount money.Rupiah `json:"amount_rupiah"`
	Text   string       `json:"text"`
}

// BookLine is a line of account 1111 of that bank.
type BookLine struct {
	Entry  int64        `json:"entry"`
	Line   int          `json:"line"`
	Number string       `json:"number"`
	Kind   string       `json:"kind"` // of the move, or of the entry
	What   string       `json:"what"` // whom it concerns
	Date   clock.Date   `json:"date"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// Awaiting is what a payroll officer deducted and has not paid yet.
type Awaiting struct {
	Period clock.Period `json:"period"`
	Unit   string       `json:"unit"`
	Name   string       `json:"name"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// Taking is what QRIS took on one day and the bank has not paid out yet.
type Taking struct {
	Date   clock.Date
	Amount money.Rupiah
}

// Kinds of proposal.
const (
	MatchBooks    = "books"    // lines that are in the books already
	MatchPayroll  = "payroll"  // 1123 arrives
	MatchQRIS     = "qris"     // 1115 arrives, less the fee
	MatchSupplier = "supplier" // 2101 is paid
)

// Proposal says what a bank line might be. Confirming it makes nothing of the books but what it says.
type Proposal struct {
	Kind     string       `json:"kind"`
	Line     int64        `json:"line"`
	Entries  []EntryLine  `json:"entries,omitempty"` // books
	Payroll  []Awaiting   `json:"payroll,omitempty"`
	Gross    money.Rupiah `json:"gross_rupiah,omitempty"` // qris: what the buyers paid
	Supplier int64        `json:"supplier,omitempty"`
	Name     string       `json:"name,omitempty"` // of the supplier
	Why      string       `json:"why"`            // reference, amount
}

// EntryLine is one line of a journal entry.
type EntryLine struct {
	Entry int64 `json:"entry"`
	Line  int   `json:"line"`
}

// How far apart the bank's date and the books' may be: a transfer shows up some days after it is written
// down, and is sometimes written down late.
const (
	daysAfter  = 10
	daysBefore = 5
	// maxFeeBP is the most that an acquirer keeps of a day's takings: 1 %, above the highest MDR for shops.
	maxFeeBP = 100
)

// Propose looks for what each line might be. Nothing is used twice, and the same input gives the same
// proposals.
func Propose(lines []BankLine, books []BookLine, awaited []Awaiting, takings []Taking, suppliers []Creditor) []Proposal {
	var all []Proposal
	used := map[int64]bool{}
	take := func(p Proposal, ok bool) {
		if ok && !used[p.Line] {
			used[p.Line] = true
			all = append(all, p)
		}
	}
	for _, p := range proposeBooks(lines, books) {
		take(p, true)
	}
	waiting, left, creditors := slices.Clone(awaited), slices.Clone(takings), slices.Clone(suppliers)
	for _, l := range lines {
		if used[l.ID] || l.Amount == 0 {
			continue
		}
		if l.Amount > 0 {
			p, ok := proposePayroll(l, &waiting)
			take(p, ok)
			if !ok {
				p, ok = proposeQRIS(l, &left)
				take(p, ok)
			}
			continue
		}
		p, ok := proposeSupplier(l, &creditors)
		take(p, ok)
	}
	order := map[int64]int{}
	for i, l := range lines {
		order[l.ID] = i
	}
	slices.SortStableFunc(all, func(a, b Proposal) int { return order[a.Line] - order[b.Line] })
	return all
}

// proposeBooks pairs equal amounts within the window of dates: first those whose number the bank's text
// names, then the nearest in time.
func proposeBooks(lines []BankLine, books []BookLine) (all []Proposal) {
	type pair struct {
		line, book int
		named      bool
		apart      int
	}
	byAmount := map[money.Rupiah][]int{}
	for i, b := range books {
		byAmount[b.Amount] = append(byAmount[b.Amount], i)
	}
	var pairs []pair
	for i, l := range lines {
		for _, j := range byAmount[l.Amount] {
			b := books[j]
			apart := int(l.Date.Time().Sub(b.Date.Time()).Hours() / 24)
			if l.Amount != 0 && apart >= -daysBefore && apart <= daysAfter {
				pairs = append(pairs, pair{i, j, mentions(l.Text, b.Number), max(apart, -apart)})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if a.named != b.named {
			return map[bool]int{true: -1, false: 1}[a.named]
		}
		return cmp.Or(a.apart-b.apart, a.line-b.line, a.book-b.book)
	})
	usedLine, usedBook := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		if usedLine[p.line] || usedBook[p.book] {
			continue
		}
		usedLine[p.line], usedBook[p.book] = true, true
		b := books[p.book]
		all = append(all, Proposal{Kind: MatchBooks, Line: lines[p.line].ID, Entries: []EntryLine{{b.Entry, b.Line}}, Why: why(p.named)})
	}
	return all
}

func why(named bool) string {
	if named {
		return "reference"
	}
	return "amount"
}

// plainText reduces a text to what can be compared across banks: letters and digits, in capitals.
func plainText(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, text)
}

// mentions says whether a bank's text names something long enough not to be there by chance.
func mentions(text, name string) bool {
	name = plainText(name)
	return len(name) >= 4 && strings.Contains(plainText(text), name)
}

// proposePayroll: one work unit's money, named or of just that amount; or a whole period's in one sum.
func proposePayroll(l BankLine, waiting *[]Awaiting) (Proposal, bool) {
	best, named := -1, false
	for i, a := range *waiting {
		byName := a.Amount >= l.Amount && mentions(l.Text, a.Name) || a.Amount == l.Amount && mentions(l.Text, a.Unit)
		if (a.Amount == l.Amount || byName) && (best < 0 || byName && !named) {
			best, named = i, byName
		}
	}
	if best >= 0 {
		part := (*waiting)[best]
		part.Amount = l.Amount
		if (*waiting)[best].Amount -= l.Amount; (*waiting)[best].Amount == 0 {
			*waiting = slices.Delete(*waiting, best, best+1)
		}
		return Proposal{Kind: MatchPayroll, Line: l.ID, Payroll: []Awaiting{part}, Why: why(named)}, true
	}
	sums := map[clock.Period]money.Rupiah{}
	for _, a := range *waiting {
		sums[a.Period] += a.Amount
	}
	for _, a := range *waiting { // in the order of the periods
		if sums[a.Period] != l.Amount {
			continue
		}
		p := Proposal{Kind: MatchPayroll, Line: l.ID, Why: why(false)}
		for _, b := range *waiting {
			if b.Period == a.Period {
				p.Payroll = append(p.Payroll, b)
			}
		}
		*waiting = slices.DeleteFunc(*waiting, func(b Awaiting) bool { return b.Period == a.Period })
		return p, true
	}
	return Proposal{}, false
}

var aboutQRIS = regexp.MustCompile(`(?i)\b(qris|qr|mdr|merchant|settle(?:ment)?)\b`)

// proposeQRIS: the takings of the oldest days that, less at most the highest fee, come to what arrived.
func proposeQRIS(l BankLine, takings *[]Taking) (Proposal, bool) {
	if !aboutQRIS.MatchString(l.Text) {
		return Proposal{}, false
	}
	var gross money.Rupiah
	for i, t := range *takings {
		if t.Date > l.Date {
			break
		}
		gross += t.Amount
		if l.Amount > gross || l.Amount < gross-money.BasisPoints(gross, maxFeeBP)-1 {
			continue
		}
		*takings = (*takings)[i+1:]
		return Proposal{Kind: MatchQRIS, Line: l.ID, Gross: gross, Why: why(true)}, true
	}
	return Proposal{}, false
}

// proposeSupplier: all that a supplier is owed, or the oldest bills of it, or a part when the text says the
// name.
func proposeSupplier(l BankLine, suppliers *[]Creditor) (Proposal, bool) {
	paid := -l.Amount
	best, named := -1, false
	for i, c := range *suppliers {
		if c.Owed < paid {
			continue
		}
		byName := mentions(l.Text, c.Name)
		if (byName || !c.More && comesTo(c, paid)) && (best < 0 || byName && !named) {
			best, named = i, byName
		}
	}
	if best < 0 {
		return Proposal{}, false
	}
	c := (*suppliers)[best]
	*suppliers = slices.Delete(*suppliers, best, best+1) // one proposal each: the next depends on this one
	return Proposal{Kind: MatchSupplier, Line: l.ID, Supplier: c.Number, Name: c.Name, Why: why(named)}, true
}

// comesTo says whether an amount is all that is owed or a sum of the oldest bills.
func comesTo(c Creditor, paid money.Rupiah) bool {
	var sum money.Rupiah
	for _, b := range c.Bills {
		if sum += b.Unpaid; sum == paid {
			return true
		}
	}
	return c.Owed == paid
}

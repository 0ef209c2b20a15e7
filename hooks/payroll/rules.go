// Package payroll is the closed loop of payroll deduction (potong gaji): the list of a month is drafted
// from open items, locked, sent to the payroll officers, answered by them with what they really
// deducted, settled line by line, and the money that arrives is matched with it.
//
// It collects open items and knows nothing of the store or of savings. A run belongs to a period, the
// month of pay. What was locked never changes; what was not deducted stays open and comes again.
package payroll

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// Calendar is a period's three dates: what is dated From to Cutoff belongs to it, and PayDate is when
// it is deducted.
type Calendar struct {
	Period  clock.Period `json:"period"`
	From    clock.Date   `json:"from_date"`
	Cutoff  clock.Date   `json:"cutoff_date"`
	PayDate clock.Date   `json:"pay_date"`
}

// CalendarOf works out a period: the cut-off lies in the month before, the first day is the one after
// the cut-off before that, and pay comes on the pay day or the first working day after it. The two cut-off
// days differ only in the month in which the policy changes.
func CalendarOf(p clock.Period, previousDay, day, payDay int, holidays []string) Calendar {
	return Calendar{Period: p, From: p.Add(-2).Day(previousDay).Add(1), Cutoff: p.Add(-1).Day(day), PayDate: firstWorkingDay(p, payDay, holidays)}
}

func firstWorkingDay(p clock.Period, from int, holidays []string) clock.Date {
	for day := p.Day(from); day.Period() == p; day = day.Add(1) {
		if workingDay(day, holidays) {
			return day
		}
	}
	return p.Last() // nothing but holidays: still a day of that month
}

func workingDay(day clock.Date, holidays []string) bool {
	weekday := day.Time().Weekday() // Sunday is 0, Saturday 6
	return weekday%6 != 0 && !slices.Contains(holidays, string(day))
}

// WorkingDaysAfter is the n-th working day after a date.
func WorkingDaysAfter(date clock.Date, n int, holidays []string) clock.Date {
	for range 366 { // a year of holidays would be a mistake of the list
		if date = date.Add(1); workingDay(date, holidays) {
			n--
		}
		if n <= 0 {
			break
		}
	}
	return date
}

// Claim is one open item as the rules see it: what of it may be asked for in this run.
type Claim struct {
	Item int64
	Kind ledger.ItemKind
	Date clock.Date
	Due  money.Rupiah
}

// SavingsArrears is the place in the order of principal and mandatory savings older than the period.
const SavingsArrears = "savings_arrears"

// Arrears is how a composition shows whatever is older than the period.
const Arrears = "arrears"

func place(c Claim, from clock.Date) string {
	if c.Date < from && (c.Kind == ledger.ItemPrincipal || c.Kind == ledger.ItemMandatory) {
		return SavingsArrears
	}
	return string(c.Kind)
}

// ShownAs is the column of a list or a slip in which an item stands.
func ShownAs(kind ledger.ItemKind, date, from clock.Date) string {
	if date < from {
		return Arrears
	}
	return string(kind)
}

// Rank puts claims in the order in which too little money is allocated: the policy's order of kinds,
// oldest first inside each, the earlier item first on the same day.
func Rank(claims []Claim, order []string, from clock.Date) []Claim {
	ranked := slices.Clone(claims)
	slices.SortStableFunc(ranked, func(a, b Claim) int {
		if d := slices.Index(order, place(a, from)) - slices.Index(order, place(b, from)); d != 0 {
			return d
		}
		if d := strings.Compare(string(a.Date), string(b.Date)); d != 0 {
			return d
		}
		return cmp.Compare(a.Item, b.Item)
	})
	return ranked
}

// Cap is the most that may be deducted from one pay: the mandate's maximum and the share of the pay,
// whichever is less. A pay that nobody knows (0) leaves the mandate's maximum alone.
func Cap(mandateMax, pay money.Rupiah, sharePct int64) money.Rupiah {
	if pay <= 0 {
		return mandateMax
	}
	return min(mandateMax, money.BasisPoints(pay, sharePct*100))
}

// Allocate shares an amount over what is due, in order: each takes all it can before the next takes
// anything. What nobody is due any more is the rest.
func Allocate(amount money.Rupiah, due []money.Rupiah) (taken []money.Rupiah, rest money.Rupiah) {
	taken, rest = make([]money.Rupiah, len(due)), amount
	for i, d := range due {
		taken[i] = max(0, min(d, rest))
		rest -= taken[i]
	}
	return taken, rest
}

// AllocateClaims ranks claims, allocates an amount and gives what each took in the order they came in.
func AllocateClaims(amount money.Rupiah, claims []Claim, order []string, from clock.Date) []money.Rupiah {
	numbered := slices.Clone(claims)
	for i := range numbered {
		numbered[i].Item = int64(i)
	}
	ranked := Rank(numbered, order, from)
	taken, _ := Allocate(amount, dues(ranked))
	out := make([]money.Rupiah, len(claims))
	for i, c := range ranked {
		out[c.Item] = taken[i]
	}
	return out
}

func dues(claims []Claim) []money.Rupiah {
	due := make([]money.Rupiah, len(claims))
	for i, c := range claims {
		due[i] = c.Due
	}
	return due
}

// Why a member is asked for nothing: no mandate in force on pay day, or no member any more; a channel that the
// co-op doesn't use; or the member pays by another way than the pay.
const (
	NoMandate = "payroll.no_mandate"
	NoChannel = "payroll.no_channel"
	SelfPayer = "payroll.self_payer"
)

// Why a part is asked for less than what is due.
const (
	KeptMandate   = "mandate"   // above the maximum of the mandate
	KeptShare     = "share"     // above the share of the pay
	KeptObjection = "objection" // an objection was granted
)

// Terms are what decides how much may be asked of one member.
type Terms struct {
	Mandated bool // a mandate is in force on pay day, and the person has not left
	Max      money.Rupiah
	Pay      money.Rupiah // 0: unknown
	SharePct int64
	Channel  string                 // "" and ChannelOfficer, ChannelBank: asked for; others: not
	Most     map[int64]money.Rupiah // of an item, by an objection that was granted for this month
}

// Cap is the most that these terms allow, and which of them says so.
func (t Terms) Cap() (limit money.Rupiah, by string) {
	limit, by = Cap(t.Max, t.Pay, t.SharePct), KeptMandate
	if limit < t.Max {
		by = KeptShare
	}
	return limit, by
}

// excluded is why nothing may be asked, or empty.
func (t Terms) excluded() string {
	switch {
	case !t.Mandated:
		return NoMandate
	case t.Channel == ChannelSelf:
		return SelfPayer
	case t.Channel == channelUnused:
		return NoChannel
	}
	return ""
}

// Part is one claim with what the run asks for of it, and why not for all.
type Part struct {
	Claim
	Planned money.Rupiah
	Kept    string
}

// Plan is one member's line of a run.
type Plan struct {
	Due       money.Rupiah
	Requested money.Rupiah
	Excluded  string
	Capped    string // which of the terms kept something back, or empty
	Parts     []Part
}

// PlanLine decides one member's line: over the cap, money goes by the order, and the rest of each part stays
// with its reason. Without consent nothing is asked, and the line says so.
func PlanLine(claims []Claim, t Terms, order []string, from clock.Date) Plan {
	ranked := Rank(claims, order, from)
	limit, by := t.Cap()
	p := Plan{Parts: make([]Part, len(ranked)), Excluded: t.excluded()}
	if p.Excluded != "" {
		limit = 0
	}
	wanted := dues(ranked)
	for i, c := range ranked {
		if most, ok := t.Most[c.Item]; ok {
			wanted[i] = min(wanted[i], most)
		}
	}
	taken, _ := Allocate(limit, wanted)
	for i, c := range ranked {
		p.Parts[i] = Part{Claim: c, Planned: taken[i]}
		p.Due += c.Due
		p.Requested += taken[i]
		switch {
		case p.Excluded != "":
		case taken[i] < wanted[i]:
			p.Parts[i].Kept, p.Capped = by, by
		case taken[i] < c.Due:
			p.Parts[i].Kept = KeptObjection
		}
	}
	return p
}

// Owed is a frozen part with what is still open of its item when the answer is settled.
type Owed struct {
	Item      int64
	Rank      int64
	Kind      ledger.ItemKind
	Planned   money.Rupiah // asked for
	Remainder money.Rupiah
	Spared    money.Rupiah // of the remainder, what a granted objection keeps out of this month
	Date      clock.Date   // of the item
}

// Outcome is what settling one line does: what each part takes, what is waived of it, what of it was paid
// another way since it was asked for, and what was deducted above all that is still owed.
type Outcome struct {
	Taken     []money.Rupiah
	Waived    []money.Rupiah
	Elsewhere []money.Rupiah
	Excess    money.Rupiah
}

// Conclude allocates what was really deducted over the frozen parts, to each no more than was asked of it: the rest
// may stand on another list. Without consent nothing is allocated: all of it is held for the member; and what a
// granted objection spares is held too. Voluntary savings that were not deducted are skipped and never become a debt.
func Conclude(deducted money.Rupiah, parts []Owed, consented bool) Outcome {
	due := make([]money.Rupiah, len(parts))
	for i, p := range parts {
		if consented {
			due[i] = max(0, min(p.Planned, p.Remainder-p.Spared))
		}
	}
	o := Outcome{Waived: make([]money.Rupiah, len(parts)), Elsewhere: make([]money.Rupiah, len(parts))}
	o.Taken, o.Excess = Allocate(deducted, due)
	for i, p := range parts {
		if p.Kind == ledger.ItemVoluntary {
			o.Waived[i] = p.Remainder - o.Taken[i]
		}
		o.Elsewhere[i] = Elsewhere(p.Planned, o.Taken[i], p.Remainder-o.Taken[i])
	}
	return o
}

// Elsewhere is what a month asked of an item and neither deducted nor left open: it was paid another way. Asked is
// deducted, elsewhere and remaining.
func Elsewhere(planned, settled, open money.Rupiah) money.Rupiah {
	missing := planned - settled
	return missing - max(0, min(missing, open))
}

// Reasons why less was deducted than asked.
const (
	ReasonInsufficientPay = "insufficient_pay"
	ReasonOnLeave         = "on_leave"
	ReasonMoved           = "moved"
	ReasonRetired         = "retired"
	ReasonDeceased        = "deceased"
	ReasonConsentRevoked  = "consent_revoked"
	ReasonOther           = "other"
)

// reasonWords are what officers write, by the beginning of a word; the first match holds.
var reasonWords = []struct{ code, words string }{
	{ReasonInsufficientPay, "insufficient|tidak cukup|tidak mencukupi|kurang|tak cukup|gaji habis|gaji minus|melebihi gaji|saldo"},
	{ReasonOnLeave, "on_leave|on leave|cuti|cltn|tugas belajar|izin belajar|unpaid leave"},
	{ReasonMoved, "moved|pindah|mutasi|alih tugas|dpk|dipekerjakan|transferred"},
	{ReasonDeceased, "deceased|meninggal|wafat|almarhum|died"},
	{ReasonRetired, "retired|pensiun|bup|purna|retire"},
	{ReasonConsentRevoked, "consent_revoked|cabut|dicabut|kuasa|berhenti potong|batal potong|consent|revoked"},
}

// ReadReason maps an officer's words to a reason; empty stays empty, unknown words are "other".
func ReadReason(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return ""
	}
	for _, r := range reasonWords {
		for word := range strings.SplitSeq(r.words, "|") {
			if begins(text, word) {
				return r.code
			}
		}
	}
	return ReasonOther
}

// begins says whether a word of a text begins with another: "dicutikan" is not "cuti", nor has "kabupaten" to do with BUP.
func begins(text, word string) bool {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		at += i
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); !unicode.IsLetter(before) {
			return true
		}
	}
}

// settledReason keeps a reason only where something was left, and gives "other" to a silent shortfall.
func settledReason(reason string, deducted, requested money.Rupiah) string {
	switch {
	case deducted >= requested:
		return ""
	case reason == "":
		return ReasonOther
	}
	return reason
}

// States of a run.
const (
	StateDraft    = "draft"
	StateLocked   = "locked"
	StateSent     = "sent"
	StateAnswered = "answered"
	StateSettled  = "settled"
	StateReceived = "received"
)

// frozen says whether a list was promised to the payroll officers.
func frozen(state string) bool { return state != "" && state != StateDraft }

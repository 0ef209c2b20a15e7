package payroll

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/policy"
)

func TestCalendarOfAPeriod(t *testing.T) {
	for name, c := range map[string]struct {
		period        clock.Period
		previous, day int
		holidays      []string
		want          Calendar
	}{
		"November 2026 begins on a Sunday": {"2026-11", 20, 20, nil, Calendar{"2026-11", "2026-09-21", "2026-10-20", "2026-11-02"}},
		"Labour day is a holiday":          {"2026-05", 20, 20, []string{"2026-05-01"}, Calendar{"2026-05", "2026-03-21", "2026-04-20", "2026-05-04"}},
		"over the turn of the year":        {"2027-01", 20, 20, []string{"2027-01-01"}, Calendar{"2027-01", "2026-11-21", "2026-12-20", "2027-01-04"}},
		"the cut-off day is moved":         {"2026-11", 20, 25, nil, Calendar{"2026-11", "2026-09-21", "2026-10-25", "2026-11-02"}},
		"the month after it was moved":     {"2026-12", 25, 25, nil, Calendar{"2026-12", "2026-10-26", "2026-11-25", "2026-12-01"}},
		"28 of February":                   {"2026-03", 28, 28, nil, Calendar{"2026-03", "2026-01-29", "2026-02-28", "2026-03-02"}},
	} {
		if got := CalendarOf(c.period, c.previous, c.day, 1, c.holidays); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestPeriodsFollowEachOtherWithoutGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := clock.Period("2024-01").Add(rapid.IntRange(0, 60).Draw(t, "month"))
		a, b, c := rapid.IntRange(1, 28).Draw(t, "a"), rapid.IntRange(1, 28).Draw(t, "b"), rapid.IntRange(1, 28).Draw(t, "c")
		first, next := CalendarOf(p, a, b, 1, nil), CalendarOf(p.Add(1), b, c, 1, nil)
		if next.From != first.Cutoff.Add(1) || first.From > first.Cutoff || first.PayDate.Period() != p {
			t.Fatalf("%+v then %+v", first, next)
		}
	})
}

func TestCapIsTheLesserOfMandateAndShare(t *testing.T) {
	for name, c := range map[string]struct {
		max, pay money.Rupiah
		share    int64
		want     money.Rupiah
	}{
		"the mandate is lower":         {500_000, 8_400_000, 50, 500_000},
		"the share is lower":           {2_500_000, 3_000_001, 50, 1_500_000},
		"a share is rounded down":      {2_500_000, 3_333_333, 33, 1_099_999},
		"nobody knows the pay":         {700_000, 0, 50, 700_000},
		"a unit that allows nothing":   {700_000, 8_000_000, 0, 0},
		"a mandate of nothing at all":  {0, 8_000_000, 50, 0},
		"an unheard-of pay stays safe": {money.Max, money.Max, 50, money.Max / 2},
	} {
		if got := Cap(c.max, c.pay, c.share); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

var (
	order = policy.PayrollOrder.Default
	from  = clock.Date("2026-09-21")
)

func TestOldSavingsComeFirstAndVoluntaryLast(t *testing.T) {
	ranked := Rank([]Claim{
		{1, ledger.ItemVoluntary, "2026-10-01", 100}, {2, ledger.ItemStore, "2026-10-02", 200}, {3, ledger.ItemStore, "2026-08-02", 300},
		{4, ledger.ItemInstalment, "2026-10-01", 400}, {5, ledger.ItemMandatory, "2026-10-01", 500}, {6, ledger.ItemPrincipal, "2026-10-01", 600},
		{7, ledger.ItemMandatory, "2026-09-01", 700}, {8, ledger.ItemMandatory, "2026-08-01", 800}, {9, ledger.ItemStore, "2026-08-02", 900},
	}, order, from)
	var got []int64
	for _, c := range ranked {
		got = append(got, c.Item)
	}
	if want := []int64{8, 7, 6, 5, 4, 3, 9, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

func TestPlanOfALine(t *testing.T) {
	claims := []Claim{{1, ledger.ItemMandatory, "2026-10-01", 50_000}, {2, ledger.ItemStore, "2026-10-02", 400_000}, {3, ledger.ItemVoluntary, "2026-10-01", 100_000}}
	for name, c := range map[string]struct {
		terms    Terms
		planned  []money.Rupiah
		excluded string
	}{
		"all fits":                      {Terms{Mandated: true, Max: 1_000_000, Pay: 0, SharePct: 50}, []money.Rupiah{50_000, 400_000, 100_000}, ""},
		"voluntary is what falls off":   {Terms{Mandated: true, Max: 450_000, Pay: 0, SharePct: 50}, []money.Rupiah{50_000, 400_000, 0}, ""},
		"the share caps the store":      {Terms{Mandated: true, Max: 1_000_000, Pay: 600_000, SharePct: 50}, []money.Rupiah{50_000, 250_000, 0}, ""},
		"no mandate, nothing":           {Terms{Mandated: false, Max: 1_000_000, Pay: 0, SharePct: 50}, []money.Rupiah{0, 0, 0}, NoMandate},
		"a mandate of nothing is valid": {Terms{Mandated: true, Max: 0, Pay: 0, SharePct: 50}, []money.Rupiah{0, 0, 0}, ""},
	} {
		p := PlanLine(claims, c.terms, order, from)
		var got []money.Rupiah
		for _, part := range p.Parts {
			got = append(got, part.Planned)
		}
		if !slices.Equal(got, c.planned) || p.Excluded != c.excluded || p.Due != 550_000 {
			t.Errorf("%s: %v %q due %v", name, got, p.Excluded, p.Due)
		}
	}
}

func TestConcludeALine(t *testing.T) {
	mandatory, store, voluntary := Owed{Kind: ledger.ItemMandatory, Planned: 50_000, Remainder: 50_000}, Owed{Kind: ledger.ItemStore, Planned: 400_000, Remainder: 400_000}, Owed{Kind: ledger.ItemVoluntary, Planned: 100_000, Remainder: 100_000}
	paid, capped, paidPart := store, store, store
	paid.Remainder, capped.Planned, paidPart.Remainder = 0, 50_000, 150_000
	spared := store
	spared.Spared = 300_000
	for name, c := range map[string]struct {
		deducted                 money.Rupiah
		parts                    []Owed
		consented                bool
		taken, waived, elsewhere []money.Rupiah
		excess                   money.Rupiah
	}{
		"as asked":             {550_000, []Owed{mandatory, store, voluntary}, true, []money.Rupiah{50_000, 400_000, 100_000}, []money.Rupiah{0, 0, 0}, []money.Rupiah{0, 0, 0}, 0},
		"less: store is left":  {200_000, []Owed{mandatory, store, voluntary}, true, []money.Rupiah{50_000, 150_000, 0}, []money.Rupiah{0, 0, 100_000}, []money.Rupiah{0, 0, 0}, 0},
		"nothing":              {0, []Owed{mandatory, store, voluntary}, true, []money.Rupiah{0, 0, 0}, []money.Rupiah{0, 0, 100_000}, []money.Rupiah{0, 0, 0}, 0},
		"too much":             {600_000, []Owed{mandatory, store, voluntary}, true, []money.Rupiah{50_000, 400_000, 100_000}, []money.Rupiah{0, 0, 0}, []money.Rupiah{0, 0, 0}, 50_000},
		"without any consent":  {200_000, []Owed{mandatory, store, voluntary}, false, []money.Rupiah{0, 0, 0}, []money.Rupiah{0, 0, 100_000}, []money.Rupiah{0, 0, 0}, 200_000},
		"part of voluntary is": {480_000, []Owed{mandatory, store, voluntary}, true, []money.Rupiah{50_000, 400_000, 30_000}, []money.Rupiah{0, 0, 70_000}, []money.Rupiah{0, 0, 0}, 0},
		"paid meanwhile":       {450_000, []Owed{mandatory, paid}, true, []money.Rupiah{50_000, 0}, []money.Rupiah{0, 0}, []money.Rupiah{0, 400_000}, 400_000},
		"paid in part":         {100_000, []Owed{paidPart}, true, []money.Rupiah{100_000}, []money.Rupiah{0}, []money.Rupiah{250_000}, 0},
		// What the cap keeps of the second may stand on the next list: it does not get what the first needs no more.
		"a paid and a capped":  {450_000, []Owed{paid, capped}, true, []money.Rupiah{0, 50_000}, []money.Rupiah{0, 0}, []money.Rupiah{400_000, 0}, 400_000},
		"an objection granted": {400_000, []Owed{spared}, true, []money.Rupiah{100_000}, []money.Rupiah{0}, []money.Rupiah{0}, 300_000},
	} {
		got := Conclude(c.deducted, c.parts, c.consented)
		if !slices.Equal(got.Taken, c.taken) || !slices.Equal(got.Waived, c.waived) || !slices.Equal(got.Elsewhere, c.elsewhere) || got.Excess != c.excess {
			t.Errorf("%s: %+v, want %+v", name, got, c)
		}
	}
}

// Asked is deducted, paid another way and remaining; and no more remains than is open.
func TestNothingOfAPartIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, 300_000)
		planned, open := money.Rupiah(amount.Draw(t, "planned")), money.Rupiah(amount.Draw(t, "open"))
		settled := money.Rupiah(rapid.Int64Range(0, int64(planned)).Draw(t, "settled"))
		away := Elsewhere(planned, settled, open)
		if remaining := planned - settled - away; away < 0 || remaining < 0 || remaining > open || away > 0 && remaining != open {
			t.Fatalf("%d asked, %d settled, %d open: %d elsewhere", planned, settled, open, away)
		}
	})
}

var kinds = []ledger.ItemKind{ledger.ItemPrincipal, ledger.ItemMandatory, ledger.ItemVoluntary, ledger.ItemInstalment, ledger.ItemStore}

func drawClaims(t *rapid.T) []Claim {
	n := rapid.IntRange(0, 12).Draw(t, "items")
	claims := make([]Claim, n)
	for i := range claims {
		claims[i] = Claim{int64(i + 1), rapid.SampledFrom(kinds).Draw(t, "kind"), from.Add(rapid.IntRange(-90, 29).Draw(t, "day")), money.Rupiah(rapid.Int64Range(1, 5_000_000).Draw(t, "due"))}
	}
	return claims
}

// Every rupiah of an amount is allocated or is excess; nothing takes more than it is due; and an item is
// touched only when all before it are full.
func TestEveryRupiahGoesSomewhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ranked := Rank(drawClaims(t), rapid.Permutation(order).Draw(t, "order"), from)
		amount := money.Rupiah(rapid.Int64Range(0, 30_000_000).Draw(t, "amount"))
		taken, rest := Allocate(amount, dues(ranked))
		var sum, due money.Rupiah
		full := true
		for i, c := range ranked {
			if taken[i] < 0 || taken[i] > c.Due || (!full && taken[i] != 0) {
				t.Fatalf("item %d takes %v of %v", i, taken[i], c.Due)
			}
			full = full && taken[i] == c.Due
			sum, due = sum+taken[i], due+c.Due
		}
		if sum != min(amount, due) || sum+rest != amount {
			t.Fatalf("%v allocated and %v left of %v, %v due", sum, rest, amount, due)
		}
	})
}

func TestALineNeverAsksForMoreThanItsCap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := Terms{Mandated: rapid.Bool().Draw(t, "mandated"), Max: money.Rupiah(rapid.Int64Range(0, 9_000_000).Draw(t, "max")),
			Pay: money.Rupiah(rapid.Int64Range(0, 20_000_000).Draw(t, "pay")), SharePct: rapid.Int64Range(0, 100).Draw(t, "share")}
		claims := drawClaims(t)
		p := PlanLine(claims, terms, order, from)
		var sum money.Rupiah
		for _, part := range p.Parts {
			sum += part.Planned
		}
		switch {
		case sum != p.Requested, len(p.Parts) != len(claims):
			t.Fatalf("parts %v, requested %v", sum, p.Requested)
		case !terms.Mandated && (p.Requested != 0 || p.Excluded != NoMandate):
			t.Fatalf("asked %v without a mandate", p.Requested)
		case terms.Mandated && p.Requested != min(p.Due, Cap(terms.Max, terms.Pay, terms.SharePct)):
			t.Fatalf("asked %v of %v", p.Requested, p.Due)
		}
		back := AllocateClaims(p.Requested, claims, order, from)
		for _, part := range p.Parts {
			if i := slices.IndexFunc(claims, func(c Claim) bool { return c.Item == part.Item }); back[i] != part.Planned {
				t.Fatalf("item %d: planned %v, allocated %v", part.Item, part.Planned, back[i])
			}
		}
	})
}

func TestVoluntarySavingsNeverBecomeADebt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []Owed
		var owed money.Rupiah
		for i, c := range drawClaims(t) {
			planned := money.Rupiah(rapid.Int64Range(0, 2*int64(c.Due)).Draw(t, "planned"))
			parts = append(parts, Owed{Item: c.Item, Rank: int64(i), Kind: c.Kind, Planned: planned, Remainder: c.Due})
			owed += min(planned, c.Due)
		}
		deducted := money.Rupiah(rapid.Int64Range(0, 30_000_000).Draw(t, "deducted"))
		o := Conclude(deducted, parts, true)
		var taken money.Rupiah
		for i, p := range parts {
			taken += o.Taken[i]
			if left := p.Remainder - o.Taken[i] - o.Waived[i]; left < 0 || p.Kind == ledger.ItemVoluntary && left != 0 || p.Kind != ledger.ItemVoluntary && o.Waived[i] != 0 {
				t.Fatalf("%s: %v of %v taken, %v waived", p.Kind, o.Taken[i], p.Remainder, o.Waived[i])
			}
			if remaining := p.Planned - o.Taken[i] - o.Elsewhere[i]; remaining < 0 || remaining > p.Remainder-o.Taken[i] || o.Elsewhere[i] != max(0, p.Planned-p.Remainder) {
				t.Fatalf("%v asked of %v: %v taken, %v elsewhere", p.Planned, p.Remainder, o.Taken[i], o.Elsewhere[i])
			}
		}
		if taken+o.Excess != deducted || o.Excess != max(0, deducted-owed) {
			t.Fatalf("%v taken and %v excess of %v", taken, o.Excess, deducted)
		}
	})
}

func TestReasonsInOfficersWords(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Gaji tidak cukup": ReasonInsufficientPay, "KURANG": ReasonInsufficientPay, "Cuti di luar tanggungan negara": ReasonOnLeave,
		"Mutasi ke Bappenas": ReasonMoved, "pindah satker": ReasonMoved, "Pensiun TMT 1 Okt": ReasonRetired, "meninggal dunia": ReasonDeceased,
		"surat kuasa dicabut": ReasonConsentRevoked, "insufficient_pay": ReasonInsufficientPay, "on_leave": ReasonOnLeave, "moved": ReasonMoved,
		"retired": ReasonRetired, "deceased": ReasonDeceased, "consent_revoked": ReasonConsentRevoked, "other": ReasonOther, "entahlah": ReasonOther,
	} {
		if got := ReadReason(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

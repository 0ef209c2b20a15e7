package member_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/member"
)

func TestInstalmentsOfThePrincipal(t *testing.T) {
	for _, c := range []struct {
		name   string
		amount money.Rupiah
		n      int64
		today  clock.Date
		want   []member.Instalment
	}{
		{"nothing is asked", 0, 5, "2026-11-03", nil},
		{"at once", 100_000, 1, "2026-11-03", []member.Instalment{{Date: "2026-11-03", Amount: 100_000}}},
		{"before the cut-off", 100_001, 3, "2026-11-03", []member.Instalment{{Date: "2026-11-03", Amount: 33_334}, {Date: "2026-12-01", Amount: 33_334}, {Date: "2027-01-01", Amount: 33_333}}},
		{"after the cut-off", 100_000, 2, "2026-11-21", []member.Instalment{{Date: "2026-11-21", Amount: 50_000}, {Date: "2027-01-01", Amount: 50_000}}},
	} {
		if got := member.Instalments(c.amount, c.n, c.today, 20); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Parts add up, differ by a rupiah at most, and each falls between other cut-offs: a payroll collects one.
func TestInstalmentsAddUpOneAPayroll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount, n := money.Rupiah(rapid.Int64Range(1, 1_000_000_000).Draw(t, "amount")), rapid.Int64Range(1, 24).Draw(t, "n")
		today := clock.Date("2026-01-01").Add(rapid.IntRange(0, 800).Draw(t, "day"))
		cutoff := rapid.IntRange(1, 28).Draw(t, "cutoff")
		parts := member.Instalments(amount, n, today, int64(cutoff))
		var sum money.Rupiah
		seen := map[clock.Period]bool{}
		for _, p := range parts {
			collected := p.Date.Period()
			if p.Date > collected.Day(cutoff) {
				collected = collected.Add(1)
			}
			if seen[collected] || p.Amount <= 0 || parts[0].Amount-p.Amount > 1 || parts[0].Amount < p.Amount {
				t.Fatalf("%v", parts)
			}
			seen[collected] = true
			sum += p.Amount
		}
		if sum != amount || int64(len(parts)) != min(n, int64(amount)) {
			t.Fatalf("%v is %d", parts, sum)
		}
	})
}

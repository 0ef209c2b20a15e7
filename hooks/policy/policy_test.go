package policy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/policy"
)

func set(t *testing.T, app *testapp.App, key, value string, from clock.Date, nth int) {
	t.Helper()
	s := policy.Setting{Key: key, Value: json.RawMessage(value), ValidFrom: from}
	if _, _, err := policy.Set(context.Background(), app, fmt.Sprintf("policy-%03d", nth), act.ByConsole, s); err != nil {
		t.Fatal(err)
	}
}

// A rule holds from its date until the next one's; of two for the same date the later decision counts;
// what held before stays as it was.
func TestARuleHoldsFromItsDate(t *testing.T) {
	app := testapp.New(t)
	key := policy.CreditLimit.Key
	set(t, app, key, "3000000", "2026-10-01", 1)
	set(t, app, key, "1000000", "2026-12-01", 2)
	set(t, app, key, "1500000", "2026-12-01", 3)
	set(t, app, key, "2500000", "2026-11-01", 4) // decided last, but for an earlier date
	r := act.Read(app)
	for on, want := range map[clock.Date]int64{"2026-09-30": policy.CreditLimit.Default, "2026-10-01": 3_000_000, "2026-10-31": 3_000_000,
		"2026-11-01": 2_500_000, "2026-11-30": 2_500_000, "2026-12-01": 1_500_000, "2199-12-31": 1_500_000} {
		if got, err := policy.CreditLimit.On(r, on); err != nil || got != want {
			t.Errorf("on %s: got %d (%v), want %d", on, got, err, want)
		}
	}
	set(t, app, policy.Holidays.Key, `["2026-12-25"]`, "2026-01-01", 5)
	if got, err := policy.Holidays.On(r, "2026-11-03"); err != nil || !slices.Equal(got, []string{"2026-12-25"}) {
		t.Errorf("holidays: %v, %v", got, err)
	}
	if got, err := policy.PayrollOrder.On(r, "2026-11-03"); err != nil || !slices.Equal(got, policy.PayrollOrder.Default) {
		t.Errorf("nobody decided on the order: %v, %v", got, err)
	}
}

func TestWhatNoRuleMayBe(t *testing.T) {
	order := func(codes ...string) string { raw, _ := json.Marshal(codes); return string(raw) }
	all := policy.PayrollOrder.Allowed
	for name, c := range map[string]struct{ key, value, from, field string }{
		"a limit":                          {"store.credit_limit_rupiah", "0", "2026-11-01", ""},
		"a limit below zero":               {"store.credit_limit_rupiah", "-1", "2026-11-01", "value"},
		"a limit beyond all bounds":        {"store.credit_limit_rupiah", "9007199254740993", "2026-11-01", "value"},
		"a limit of nothing":               {"store.credit_limit_rupiah", "null", "2026-11-01", "value"},
		"a limit as text":                  {"store.credit_limit_rupiah", `"5"`, "2026-11-01", "value"},
		"a limit with a fraction":          {"store.credit_limit_rupiah", "1.5", "2026-11-01", "value"},
		"a limit that is no JSON":          {"store.credit_limit_rupiah", "five", "2026-11-01", "value"},
		"a share above the whole":          {"payroll.max_share_pct", "101", "2026-11-01", "value"},
		"a cut-off that February lacks":    {"payroll.cutoff_day", "29", "2026-11-01", "value"},
		"a date that does not exist":       {"payroll.cutoff_day", "20", "2026-02-30", "valid_from"},
		"a table by grade":                 {"savings.mandatory_rupiah", `{"*": 5000, "iii / c": 7500, "III": 7000, "IV": 10000}`, "2026-11-01", ""},
		"a table without all others":       {"savings.mandatory_rupiah", `{"IV": 10000}`, "2026-11-01", "value"},
		"a table that names one twice":     {"savings.mandatory_rupiah", `{"*": 1, "IV/a": 2, "iv/A": 3}`, "2026-11-01", "value"},
		"a table below zero":               {"savings.mandatory_rupiah", `{"*": 1, "IV": -2}`, "2026-11-01", "value"},
		"a table of nothing":               {"savings.mandatory_rupiah", `{"*": null}`, "2026-11-01", "value"},
		"a table with a nameless grade":    {"savings.mandatory_rupiah", `{"*": 1, " ": 2}`, "2026-11-01", "value"},
		"a table of a table":               {"savings.mandatory_rupiah", `{"*": {"*": 1}}`, "2026-11-01", "value"},
		"amounts as a list":                {"savings.mandatory_rupiah", `[1, 2]`, "2026-11-01", "value"},
		"an amount of nothing":             {"savings.principal_rupiah", " null ", "2026-11-01", "value"},
		"an amount beyond all bounds":      {"savings.principal_rupiah", "1000000001", "2026-11-01", "value"},
		"a rule nobody knows":              {"payroll.wish", "1", "2026-11-01", "key"},
		"an order turned around":           {"payroll.order", order(all[5], all[4], all[3], all[2], all[1], all[0]), "2026-11-01", ""},
		"an order that forgets one":        {"payroll.order", order(all[:5]...), "2026-11-01", "value"},
		"an order that names one twice":    {"payroll.order", order(all[0], all[0], all[2], all[3], all[4], all[5]), "2026-11-01", "value"},
		"an order of nothing":              {"payroll.order", "null", "2026-11-01", "value"},
		"one channel alone":                {"payroll.channels", `["self"]`, "2026-11-01", ""},
		"no channel at all":                {"payroll.channels", "[]", "2026-11-01", "value"},
		"a channel twice":                  {"payroll.channels", `["self", "self"]`, "2026-11-01", "value"},
		"a channel nobody knows":           {"payroll.channels", `["pigeon"]`, "2026-11-01", "value"},
		"what was too much, given back":    {"payroll.excess", `"refund"`, "2026-11-01", ""},
		"what was too much, kept":          {"payroll.excess", `"keep"`, "2026-11-01", "value"},
		"no holidays":                      {"payroll.holidays", "[]", "2026-11-01", ""},
		"holidays of nothing":              {"payroll.holidays", " null", "2026-11-01", "value"},
		"a holiday that does not exist":    {"payroll.holidays", `["2026-11-31"]`, "2026-11-01", "value"},
		"a holiday with the day put first": {"payroll.holidays", `["25-12-2026"]`, "2026-11-01", "value"},
	} {
		err := policy.Setting{Key: c.key, Value: json.RawMessage(c.value), ValidFrom: clock.Date(c.from)}.Check()
		var f *fault.Fault
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.field != "" && (!errors.As(err, &f) || f.Fields[c.field].Code == ""):
			t.Errorf("%s: got %v, want a problem with %s", name, err, c.field)
		}
	}
}

func TestARefusedRuleLeavesNothing(t *testing.T) {
	app := testapp.New(t)
	s := policy.Setting{Key: "payroll.wish", Value: json.RawMessage("1"), ValidFrom: "2026-11-01"}
	if _, _, err := policy.Set(context.Background(), app, "policy-bad", act.ByConsole, s); err == nil {
		t.Fatal("it was taken")
	}
	var n int
	if err := act.Read(app).Row("SELECT count(*) FROM acts WHERE key = 'policy-bad'").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d acts, %v", n, err)
	}
}

// Every default is a value that the rule itself would take, and all rules are listed once.
func TestDefaultsKeepTheirOwnBounds(t *testing.T) {
	all, err := policy.All(act.Read(testapp.New(t)), "2026-11-03")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(policy.Numbers)+len(policy.Gradeds)+len(policy.Lists)+len(policy.Choices) {
		t.Errorf("%d rules are listed", len(all))
	}
	seen := map[string]bool{}
	for _, s := range all {
		if err := s.Check(); err != nil || seen[s.Key] {
			t.Errorf("%s = %s: %v, seen before: %v", s.Key, s.Value, err, seen[s.Key])
		}
		seen[s.Key] = true
	}
}

func TestWhatOnePersonPaysAlone(t *testing.T) {
	for _, c := range []struct {
		amount, earlier, most money.Rupiah
		apart                 bool
	}{
		{1, 0, 5_000_000, false},
		{5_000_000, 0, 5_000_000, false}, // to the rupiah
		{5_000_001, 0, 5_000_000, true},
		{2_500_000, 2_500_000, 5_000_000, false},
		{2_500_001, 2_500_000, 5_000_000, true}, // two halves of a large one
		{1, 5_000_000, 5_000_000, true},
		{1, 6_000_000, 5_000_000, true}, // the limit was lowered since
		{1, 0, 0, true},                 // everything waits
		{money.Max, money.Max, money.Max, true},
	} {
		if got := policy.Apart(c.amount, c.earlier, c.most); got != c.apart {
			t.Errorf("%d after %d of %d: %v", c.amount, c.earlier, c.most, got)
		}
	}
}

// A grade has its own amount, or its group's, or everybody's, however a list spells it.
func TestAmountsByGrade(t *testing.T) {
	app := testapp.New(t)
	set(t, app, policy.Mandatory.Key, `{"*": 5000, "III": 7500, "IV": 10000, "iv / e": 15000}`, "2026-10-01", 1)
	set(t, app, policy.Mandatory.Key, `60000`, "2026-12-01", 2)
	r := act.Read(app)
	for _, c := range []struct {
		on    clock.Date
		grade string
		want  money.Rupiah
	}{{"2026-09-30", "IV/a", 50_000}, {"2026-10-01", "IV/a", 10_000}, {"2026-11-30", " iv/E ", 15_000}, {"2026-11-30", "III/c", 7_500}, {"2026-11-30", "III", 7_500},
		{"2026-11-30", "IX", 5_000}, {"2026-11-30", "II/d", 5_000}, {"2026-11-30", "", 5_000}, {"2026-11-30", "*", 5_000}, {"2026-11-30", "/", 5_000}, {"2026-12-01", "IV/e", 60_000}} {
		rates, err := policy.Mandatory.On(r, c.on)
		if got := rates.Of(c.grade); err != nil || got != c.want {
			t.Errorf("%s on %s: %d (%v), want %d", c.grade, c.on, got, err, c.want)
		}
	}
}

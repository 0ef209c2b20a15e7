package payroll

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/policy"
)

// Month is one period of a year's calendar, with what became of it.
type Month struct {
	Calendar
	PreviewUntil clock.Date   `json:"preview_until"`
	State        string       `json:"state"` // of its run; skipped, missing, coming, before
	Requested    money.Rupiah `json:"requested_rupiah"`
	Reason       string       `json:"reason"` // of a skipped month
	Text         string       `json:"text"`
	By           string       `json:"by"`
	At           string       `json:"at"`
}

// States of a month without a run.
const (
	MonthSkipped = "skipped"
	MonthMissing = "missing" // its cut-off is past, and there is neither a list nor a word why not
	MonthComing  = "coming"
	MonthBefore  = "before" // the co-op had no lists yet
)

// Year is a year's calendar with the rules behind it.
type Year struct {
	Year   int     `json:"year"`
	Months []Month `json:"months"`
	Rules  []Rule  `json:"rules"`
}

// Rule is a policy of the cycle as it holds today, and what is decided for later.
type Rule struct {
	policy.Setting
	Min   int64            `json:"min,omitempty"`
	Max   int64            `json:"max,omitempty"`
	Codes []string         `json:"codes,omitempty"`
	Some  bool             `json:"some,omitempty"`
	Next  []policy.Setting `json:"next"`
}

// cycleNumbers, cycleLists and cycleChoices are the policies that a co-op's cycle is made of.
var (
	cycleNumbers = []policy.Number{policy.CutoffDay, policy.PayDay, policy.PreviewDays, policy.MaxShare, policy.DefaultMandateMax, policy.Jump, policy.ObjectionDays, policy.AnswerDays,
		policy.InstalmentLeast, policy.InstalmentSmall, policy.InstalmentSmallParts, policy.InstalmentMost, policy.InstalmentMostParts,
		policy.InstalmentTill, policy.InstalmentMargin, policy.InstalmentDown}
	cycleLists   = []policy.List{policy.PayrollOrder, policy.Channels, policy.Holidays}
	cycleChoices = []policy.Choice{policy.Excess}
)

// YearOf reads the calendar of a year.
func YearOf(r act.Reader, year int, today clock.Date) (out Year, err error) {
	out = Year{Year: year, Months: make([]Month, 12)}
	var begun string
	if err := r.Row("SELECT coalesce(min(period), '') FROM payroll_runs").Scan(&begun); err != nil {
		return out, err
	}
	p := clock.Period(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01"))
	for i := range out.Months {
		m := &out.Months[i]
		if m.Calendar, err = CalendarFor(r, p.Add(i)); err != nil {
			return out, err
		}
		if err := m.fill(r, today, begun != "" && string(m.Period) > begun); err != nil {
			return out, err
		}
	}
	out.Rules, err = rulesOf(r, today)
	return out, err
}

func (m *Month) fill(r act.Reader, today clock.Date, due bool) (err error) {
	if m.PreviewUntil, err = PreviewUntil(r, m.Calendar); err != nil {
		return err
	}
	h, found, err := headOf(r, m.Period)
	switch {
	case err != nil:
		return err
	case found:
		m.State, m.PayDate, m.Cutoff = h.State, h.PayDate, h.Cutoff
		return r.Row("SELECT coalesce(sum(requested), 0) FROM payroll_lines WHERE period = ?", string(m.Period)).Scan(&m.Requested)
	}
	switch {
	case due && today > m.Cutoff:
		m.State = MonthMissing
	case today > m.PayDate:
		m.State = MonthBefore
	default:
		m.State = MonthComing
	}
	var at int64
	var id string
	var role act.Role
	err = act.Each(r, `SELECT s.reason, coalesce(n.text, ''), a.at, a.actor, a.role FROM payroll_skips s JOIN acts a ON a.id = s.act LEFT JOIN act_notes n ON n.act = s.act
		WHERE s.id = (SELECT max(id) FROM payroll_skips WHERE period = ?) AND s.skipped = 1`, []any{string(m.Period)}, func(row act.Scanner) error {
		m.State = MonthSkipped
		return row.Scan(&m.Reason, &m.Text, &at, &id, &role)
	})
	if err == nil && m.State == MonthSkipped {
		m.At, m.By = time.UnixMilli(at).UTC().Format(time.RFC3339), nameOf(r, id, role)
	}
	return err
}

func rulesOf(r act.Reader, today clock.Date) (rules []Rule, err error) {
	add := func(rule Rule, value any, err error) error {
		if err != nil {
			return err
		}
		rule.Value, _ = json.Marshal(value)
		rule.Next = []policy.Setting{}
		err = act.Each(r, "SELECT value, valid_from FROM policies WHERE key = ? AND valid_from > ? ORDER BY valid_from, id", []any{rule.Key, string(today)}, func(row act.Scanner) error {
			next := policy.Setting{Key: rule.Key}
			var value string
			err := row.Scan(&value, &next.ValidFrom)
			next.Value = json.RawMessage(value)
			rule.Next = append(rule.Next, next)
			return err
		})
		if err == nil {
			err = act.Each(r, "SELECT valid_from FROM policies WHERE key = ? AND valid_from <= ? ORDER BY valid_from DESC, id DESC LIMIT 1", []any{rule.Key, string(today)},
				func(row act.Scanner) error { return row.Scan(&rule.ValidFrom) })
		}
		rules = append(rules, rule)
		return err
	}
	for _, n := range cycleNumbers {
		v, err := n.On(r, today)
		if err := add(Rule{Setting: policy.Setting{Key: n.Key}, Min: n.Min, Max: n.Max}, v, err); err != nil {
			return nil, err
		}
	}
	for _, l := range cycleLists {
		v, err := l.On(r, today)
		if err := add(Rule{Setting: policy.Setting{Key: l.Key}, Codes: l.Allowed, Some: l.Some}, v, err); err != nil {
			return nil, err
		}
	}
	for _, c := range cycleChoices {
		v, err := c.On(r, today)
		if err := add(Rule{Setting: policy.Setting{Key: c.Key}, Codes: c.Allowed}, v, err); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// SetRule decides a policy of the cycle, from tomorrow on at the earliest where it moves dates: a list whose
// purchases are half over keeps its days.
func SetRule(ctx context.Context, app core.App, key string, by act.Actor, s policy.Setting) (policy.Setting, bool, error) {
	if !inCycle(s.Key) {
		var bad fault.Input
		bad.Add("key", "policy.unknown", fault.Params{"key": s.Key})
		return s, false, bad.Err()
	}
	if today := clock.Of(app).Today(); s.ValidFrom < today {
		var bad fault.Input
		bad.Add("valid_from", "policy.past")
		return s, false, bad.Err()
	}
	return policy.Set(ctx, app, key, by, s)
}

func inCycle(key string) bool {
	return strings.HasPrefix(key, "payroll.") && (slices.ContainsFunc(cycleNumbers, func(n policy.Number) bool { return n.Key == key }) ||
		slices.ContainsFunc(cycleLists, func(l policy.List) bool { return l.Key == key }) || slices.ContainsFunc(cycleChoices, func(c policy.Choice) bool { return c.Key == key }))
}

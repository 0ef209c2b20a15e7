package payroll

import (
	"fmt"

	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

// Slip writes one member's line as the member reads it: rows, and their sum.
func Slip(language string, l LineView) string {
	say := func(key string, params map[string]any) string {
		return words.Say(language, "payroll.slip."+key, params)
	}
	text := say("head", map[string]any{"member": member.PrintNumber(l.Member), "name": l.Name}) + "\n"
	row := func(label, date string, planned, settled money.Rupiah) {
		text += fmt.Sprintf("%-22s %-10s %14s %14s\n", label, date, planned.Format(), settled.Format())
	}
	var taken money.Rupiah
	for _, p := range l.Parts {
		row(words.Say(language, "payroll.kind."+string(p.Kind), nil), string(p.Date), p.Planned, p.Settled)
		taken += p.Settled
	}
	if l.Excess > 0 {
		row(say("excess", nil), "", 0, l.Excess)
	}
	row(say("sum", nil), "", l.Requested, taken+l.Excess)
	if left := l.Remaining - l.Skipped; left > 0 && l.Reason == "" {
		text += say("remaining_open", map[string]any{"amount": left.Format()}) + "\n"
	} else if left > 0 {
		text += say("remaining", map[string]any{"amount": left.Format(), "reason": words.Say(language, "payroll.reason."+l.Reason, nil)}) + "\n"
	}
	if l.Elsewhere > 0 {
		text += say("elsewhere", map[string]any{"amount": l.Elsewhere.Format()}) + "\n"
	}
	if l.Skipped > 0 {
		text += say("skipped", map[string]any{"amount": l.Skipped.Format()}) + "\n"
	}
	return text
}

package demo

import (
	"cmp"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/member"
)

// sees writes down that one of the crew looked at a member's data, as a page does that they open for their work;
// member 0 is a list of many.
func (b *builder) sees(by act.Actor, action web.Action, via, why string, number int64) error {
	return member.See(b.app, by, web.Seen{Sight: web.Sight{Action: action, Via: via, Why: why}, Member: number})
}

// takesLists writes down that the manager took the lists of a month for the payroll officers, and that the supervisor
// looked through the register that day.
func (b *builder) takesLists(r *payrun) error {
	for _, l := range r.lists {
		seen := web.Seen{Sight: web.Sight{Action: web.Exported, Via: "run_file", Why: "payroll"}, Period: string(r.period), Unit: cmp.Or(l.UnitCode, "-")}
		if err := member.See(b.app, b.crew.manager, seen); err != nil {
			return err
		}
	}
	return b.sees(b.crew.supervisor, web.Listed, "register", "members", 0)
}

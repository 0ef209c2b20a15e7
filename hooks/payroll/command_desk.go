package payroll

import (
	"cmp"
	"path/filepath"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

// deskSpecs are commands about one thing that a page opens: an objection's photo, a plan.
func deskSpecs() []command.Spec {
	photo := freeSpec("objection-photo", true, objectionPhotoCommand, textFlag("objection"), command.Flag{Name: "out", Default: ".", Help: "command.payroll.flag.out_photo"})
	photo.Use, photo.Files, photo.Args = "[FILE]", true, cobra.MaximumNArgs(1)
	return []command.Spec{photo, freeSpec("show-plan", true, showPlanCommand, command.Flag{Name: "plan", Help: "command.payroll.flag.any_plan"})}
}

// objectionPhotoCommand keeps a photo that a member brought to the office, or writes the one that is kept.
func objectionPhotoCommand(c *command.Call) (int, error) {
	id := c.Flags["objection"]
	if len(c.Files) > 0 {
		kept, _, err := KeepPhoto(c.Ctx, c.App, ulid.New(), act.ByConsole, id, c.Files[0].Data)
		if err != nil {
			return command.Failed, err
		}
		if c.JSON() {
			return command.Done, c.Print(kept)
		}
		c.Say("payroll.say.photo_kept", map[string]any{"id": id})
		return command.Done, nil
	}
	number, record, err := photoOf(c.App, id)
	if err != nil {
		return command.Failed, err
	}
	raw, kind, err := photoKinds.ReadKind(c.App, record, errNoPhoto)
	if err == nil {
		err = taken(c, "objection", web.Seen{Member: number})
	}
	if err != nil {
		return command.Failed, err
	}
	file := filepath.Join(c.Flags["out"], photoName+"-"+id+photoKinds[kind])
	if err := c.Save(file, raw); err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(map[string]any{"objection": id, "file": file})
	}
	c.Say("payroll.say.paper", map[string]any{"file": file})
	return command.Done, nil
}

// showPlanCommand prints one plan with its goods and schedule.
func showPlanCommand(c *command.Call) (int, error) {
	plan, err := PlanOf(act.Read(c.App), act.ByConsole, c.Flags["plan"])
	if err == nil {
		err = member.See(c.App, act.ByConsole, web.Seen{Sight: web.Sight{Action: web.Opened, Via: "plan", Why: whyPayroll}, Member: plan.Member})
	}
	return c.Tell(plan, err, func() {
		c.Say("payroll.say.plan", map[string]any{"id": plan.ID, "number": plan.Number, "member": member.PrintNumber(plan.Member), "name": plan.Name, "principal": plan.Principal, "margin": plan.Margin,
			"paid": plan.Paid, "parts": plan.Count, "left": plan.Left + plan.MarginDue})
		c.Say("payroll.say.plan_decided", map[string]any{"id": cmp.Or(plan.Approver, plan.By), "state": words.Say(c.Language(), "payroll.plan_state."+plan.State, nil)})
		for _, g := range plan.Goods {
			c.Say("payroll.say.plan_good", map[string]any{"quantity": g.Quantity, "unit": g.Unit, "name": g.Name, "amount": g.Amount})
		}
		for _, s := range plan.Schedule {
			c.Say("payroll.say.plan_part", map[string]any{"n": s.N, "period": s.Period, "amount": s.Principal + s.Margin, "margin": s.Margin})
		}
	})
}

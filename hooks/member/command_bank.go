package member

import (
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
)

// bankCommand reads a member's account from a file, {"bank", "account", "holder", "valid_from"?}: what is typed
// after a command stands in the shell's history and in the list of processes. Without a file it shows what holds.
var bankCommand = command.Spec{Name: "member bank", Use: "[FILE]", Help: "command.member.bank", Args: cobra.MaximumNArgs(1), Files: true, Writes: true, Run: runBank, Flags: []command.Flag{
	{Name: "member", Help: "command.payroll.flag.member"}, {Name: "remove", Default: "false", Bool: true, Help: "command.member.flag.remove"},
	{Name: "json", Default: "false", Bool: true, Help: "command.payroll.flag.json"}}}

func runBank(c *command.Call) (int, error) {
	number, err := strconv.ParseInt(c.Flags["member"], 10, 64)
	if err != nil || number <= 0 {
		var in fault.Input
		in.Add("member", "input.number")
		return command.Failed, in.Err()
	}
	in := SetBank{Remove: c.Flags["remove"] == "true"}
	if len(c.Files) == 0 && !in.Remove {
		return showBank(c, number)
	}
	if len(c.Files) > 0 {
		if err := json.Unmarshal(c.Files[0].Data, &in); err != nil {
			return command.Failed, fault.Bad("input.json")
		}
	}
	out, _, err := SetBankAccount(c.Ctx, c.App, ulid.New(), act.ByConsole, number, in)
	return c.Tell(out, err, func() {
		said := map[bool]string{true: "command.member.bank_removed", false: "command.member.bank_kept"}[in.Remove]
		c.Say(said, map[string]any{"member": PrintNumber(number), "from": out.ValidFrom})
	})
}

func showBank(c *command.Call, number int64) (int, error) {
	b, err := BankOf(c.App, number)
	if err == nil {
		err = See(c.App, act.ByConsole, web.Seen{Sight: web.Sight{Action: web.Opened, Via: "bank", Why: "payroll"}, Member: number})
	}
	return c.Tell(b, err, func() {
		if b.Account == nil && b.Next == nil {
			c.Say("command.member.bank_none", map[string]any{"member": PrintNumber(number)})
		}
		if a := b.Account; a != nil {
			c.Say("command.member.bank_is", map[string]any{"member": PrintNumber(number), "bank": a.Bank, "account": a.Number, "holder": a.Holder, "from": b.ValidFrom})
		}
		if a := b.Next; a != nil {
			c.Say("command.member.bank_is", map[string]any{"member": PrintNumber(number), "bank": a.Bank, "account": a.Number, "holder": a.Holder, "from": b.NextFrom})
		}
	})
}

package member

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
)

var printCommand = command.Spec{Name: "cards print", Help: "command.cards.print", Args: cobra.NoArgs, Writes: true, Run: runPrint, Flags: []command.Flag{
	{Name: "members", Help: "command.cards.flag.members"}, {Name: "unprinted", Default: "false", Bool: true, Help: "command.cards.flag.unprinted"},
	{Name: "out", Short: "o", Default: "kartu.pdf", Help: "command.cards.flag.out"}}}

// runPrint writes sheets of cards; what does not fit into one file goes into further ones, FILE-2.pdf and on.
func runPrint(c *command.Call) (int, error) {
	numbers, err := ReadNumbers(c.Flags["members"])
	if err != nil {
		return command.Failed, err
	}
	unprinted := c.Flags["unprinted"] == "true"
	total := int64(len(numbers))
	if total == 0 {
		page, err := ListCards(act.Read(c.App), clock.Of(c.App), WantedCards{Unprinted: unprinted, Limit: 1})
		if err != nil {
			return command.Failed, err
		}
		total = page.Count
	}
	var done int64
	for file, after := 1, int64(0); ; file++ {
		in := PrintCards{After: after, Unprinted: unprinted}
		if len(numbers) > 0 {
			in = PrintCards{Members: numbers[:min(MaxPrinted, len(numbers))]}
			numbers = numbers[len(in.Members):]
		}
		out, _, err := RecordPrint(c.Ctx, c.App, ulid.New(), act.ByConsole, in)
		if err != nil {
			return command.Failed, err
		}
		raw, err := SheetsOf(c.App, c.Language(), out.Cards)
		if err != nil {
			return command.Failed, err
		}
		name := numberedFile(c.Flags["out"], file)
		if err := c.Save(name, raw); err != nil {
			return command.Failed, err
		}
		done += int64(len(out.Cards))
		c.Progress(int(done), int(max(total, done)))
		c.Say("command.cards.printed", map[string]any{"n": len(out.Cards), "file": name})
		if after = out.Next; after == 0 && len(numbers) == 0 {
			return command.Done, nil
		}
	}
}

func numberedFile(path string, file int) string {
	if file == 1 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), file, ext)
}

// ReadNumbers reads members as people list them: "12, 40-60". Empty is nobody.
func ReadNumbers(text string) (all []int64, err error) {
	var in fault.Input
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		from, err1 := strconv.ParseInt(first, 10, 64)
		to, err2 := strconv.ParseInt(last, 10, 64)
		if err1 != nil || err2 != nil || from < 1 || to < from || to-from >= MaxPrinted {
			in.Add("members", "member.numbers_unclear", fault.Params{"text": part})
			return nil, in.Err()
		}
		for n := from; n <= to; n++ {
			all = append(all, n)
		}
	}
	return all, nil
}

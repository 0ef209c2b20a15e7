package template

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
)

// Commands are template export and init.
func Commands() []command.Spec {
	return []command.Spec{
		{Name: "template export", Help: "command.template.export", Args: cobra.NoArgs, Run: runExport,
			Flags: []command.Flag{{Name: "out", Help: "command.flag.out"}}},
		{Name: "init", Help: "command.init", Args: cobra.NoArgs, Founds: true, Run: runInit,
			Flags: []command.Flag{{Name: "from", Help: "command.flag.from"}, {Name: "name", Help: "command.flag.name"}, {Name: "short-name", Help: "command.flag.short_name"},
				{Name: "type", Help: "command.flag.type"},
				{Name: "json", Bool: true, Help: "command.flag.json"}}},
	}
}

func runExport(c *command.Call) (int, error) {
	s, err := Export(c.App)
	if err != nil {
		return command.Failed, err
	}
	out := c.Flags["out"]
	if out == "" {
		return command.Done, c.Print(s)
	}
	raw, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return command.Failed, err
	}
	if err := c.Save(out, append(raw, '\n')); err != nil {
		return command.Failed, err
	}
	c.Say("command.template.exported", fault.Params{"file": out, "fingerprint": s.Fingerprint()})
	return command.Done, nil
}

// taken is what init tells.
type taken struct {
	Name        string `json:"name"`
	From        string `json:"from"`
	Fingerprint string `json:"fingerprint"`
	Founded
	Members int `json:"members"`
}

func runInit(c *command.Call) (int, error) {
	who, err := identityOf(c.Flags)
	if err != nil {
		return command.Failed, err
	}
	bundle, err := startFrom(c.Flags)
	if err != nil {
		return command.Failed, err
	}
	told := taken{Name: who.Name}
	if from := c.Flags["from"]; from != "" {
		var s Signed
		if s, bundle, err = Take(c.Ctx, from); err != nil {
			return command.Failed, err
		}
		told.From, told.Fingerprint = s.From, s.Fingerprint()
	}
	if err := c.App.RunAllMigrations(); err != nil {
		return command.Failed, err
	}
	if founded, err := IsFounded(c.App); err != nil || founded {
		if founded {
			err = fault.Refused("template.folder_taken", fault.Params{"dir": c.App.DataDir()})
		}
		return command.Failed, err
	}
	if told.Founded, _, err = Found(c.Ctx, c.App, bundle, who); err != nil {
		return command.Failed, err
	}
	if c.JSON() {
		return command.Done, c.Print(told)
	}
	if told.From != "" {
		c.Say("command.init.from", fault.Params{"from": told.From, "fingerprint": told.Fingerprint})
	}
	c.Say("command.init.done", fault.Params{"name": told.Name, "accounts": told.Accounts, "policies": told.Policies, "categories": told.Categories, "pages": told.Pages})
	c.Say("command.init.next", fault.Params{"dir": c.App.DataDir()})
	return command.Done, nil
}

// startFrom is the preset of the type that was asked for; another co-op's template says its own type.
func startFrom(flags map[string]string) (Bundle, error) {
	kind := cmp.Or(flags["type"], Default().Type)
	bundle, ok := Preset(kind)
	var in fault.Input
	in.Check(ok, "type", "template.type", fault.Params{"types": strings.Join(types, ", ")})
	in.Check(flags["type"] == "" || flags["from"] == "", "type", "template.type_from")
	return bundle, in.Err()
}

// identityOf reads the new co-op's own name.
func identityOf(flags map[string]string) (Identity, error) {
	who := Identity{Name: strings.TrimSpace(flags["name"]), ShortName: strings.TrimSpace(flags["short-name"])}
	if who.ShortName == "" {
		who.ShortName = shorten(who.Name)
	}
	var in fault.Input
	in.Check(isText(who.Name, 1, 120), "name", "template.text", fault.Params{"max": 120})
	in.Check(who.Name == "" || isText(who.ShortName, 1, 30), "short-name", "template.text", fault.Params{"max": 30})
	return who, in.Err()
}

// shorten makes "Lentera" of "Koperasi Konsumen Lentera".
func shorten(name string) string {
	words := strings.Fields(name)
	plain := []string{"koperasi", "pegawai", "konsumen", "produsen", "pemasaran", "jasa", "simpan", "pinjam"}
	for len(words) > 1 && slices.Contains(plain, strings.ToLower(words[0])) {
		words = words[1:]
	}
	for len(words) > 1 && utf8.RuneCountInString(strings.Join(words, " ")) > 30 {
		words = words[:len(words)-1]
	}
	short := []rune(strings.Join(words, " "))
	return string(short[:min(len(short), 30)])
}

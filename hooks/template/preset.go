package template

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strconv"
)

// preset is how another type of co-op differs from the consumer co-op. The accounts that acts post to are
// in every chart with the same code and meaning; the names may be the trade's own.
type preset struct {
	Rename     map[string][2]string `json:"rename"` // code → Indonesian, English
	Add        []Account            `json:"add"`
	Categories []string             `json:"categories"`
}

//go:embed presets.json
var presetsJSON []byte

// Preset is the bundle that a co-op of a type starts from; false for a type nobody knows.
func Preset(kind string) (Bundle, bool) {
	b := Default()
	if kind == b.Type {
		return b, true
	}
	var all map[string]preset
	if err := json.Unmarshal(presetsJSON, &all); err != nil {
		panic(err) // embedded: a test reads it
	}
	p, ok := all[kind]
	if !ok {
		return Bundle{}, false
	}
	for i, a := range b.Accounts {
		if names, renamed := p.Rename[strconv.Itoa(a.Account)]; renamed {
			b.Accounts[i].Name, b.Accounts[i].NameEn = names[0], names[1]
		}
	}
	b.Type, b.Categories = kind, p.Categories
	b.Accounts = append(b.Accounts, p.Add...)
	slices.SortFunc(b.Accounts, func(x, y Account) int { return x.Account - y.Account })
	return b, true
}

package payroll

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
)

// FileCheck says whether a file is a locked list, and where it differs when it is not.
type FileCheck struct {
	Matches     bool         `json:"matches"`
	List        *Sealed      `json:"list"`     // the list it is, or the one it comes closest to
	Standing    string       `json:"standing"` // the number of the list that took its place, when one did
	Unit        string       `json:"unit_name"`
	Hash        string       `json:"hash"` // of what the file says
	Members     int          `json:"members"`
	Total       money.Rupiah `json:"total_rupiah"`
	Unknown     []int        `json:"unknown_rows"` // rows whose person nobody knows
	Differences []FileDiff   `json:"differences"`
	More        int          `json:"differences_more,omitempty"`
}

// FileDiff is a member whose amount is another one in the file. Row 0: missing in the file; Listed nil: not
// on the list.
type FileDiff struct {
	Row    int           `json:"row"`
	Member int64         `json:"member"`
	Listed *money.Rupiah `json:"listed_rupiah"`
	Found  *money.Rupiah `json:"found_rupiah"`
}

const maxFileDiffs = 200

// CheckFile says whether a file holds a locked list of a period, whatever its layout, order and format.
func CheckFile(app core.App, name string, data []byte, p clock.Period) (FileCheck, error) {
	r := act.Read(app)
	h, err := promised(r, p)
	if err != nil {
		return FileCheck{}, err
	}
	layouts, err := layoutsKnown(r)
	if err != nil {
		return FileCheck{}, err
	}
	file, err := readFile(name, data, p, layouts, "total")
	if errors.Is(err, fault.Bad("payroll.answer_columns")) || err == nil && len(file.Asked) == 0 {
		return FileCheck{}, fault.Bad("payroll.check_columns", fault.Params{"file": name})
	}
	if err != nil {
		return FileCheck{}, err
	}
	out, rows, at, err := identify(app, p, file.Asked)
	if err != nil {
		return out, err
	}
	all, err := sealedLists(r, "l.period = ?", string(p))
	if err != nil {
		return out, err
	}
	slices.Reverse(all) // of lists with the same lines the newest
	for i := range all {
		sum := SealList(p, all[i].Unit, h.PayDate, rows)
		if slices.Equal(sum[:], all[i].hash) && len(out.Unknown) == 0 {
			out.Matches, out.List, out.Hash = true, &all[i], all[i].Hash
			break
		}
	}
	if !out.Matches {
		if err := out.compare(r, h, all, rows, at); err != nil {
			return out, err
		}
	}
	if out.List == nil {
		return out, nil
	}
	for _, s := range all {
		if s.Unit == out.List.Unit && s.ID > out.List.ID && s.Replaces != "" {
			out.Standing = s.Number
			break
		}
	}
	_ = r.Row("SELECT name FROM work_units WHERE code = ?", out.List.Unit).Scan(&out.Unit) // a unit that is gone has no name
	return out, nil
}

// identify finds whom the rows are about.
func identify(app core.App, p clock.Period, asked []Listed) (out FileCheck, rows []Asked, at map[int64]int, err error) {
	out = FileCheck{Unknown: []int{}, Differences: []FileDiff{}}
	ring, err := keys.Of(app)
	if err != nil {
		return out, nil, nil, err
	}
	byNIP, _, err := whoIsWho(act.Read(app), p)
	if err != nil {
		return out, nil, nil, err
	}
	sums := map[int64]money.Rupiah{}
	at = map[int64]int{}
	for _, l := range asked {
		number := l.Member
		if number == 0 {
			number = byNIP[ring.Index("nip", string(l.NIP))]
		}
		if number == 0 {
			out.Unknown = append(out.Unknown, l.Row)
			continue
		}
		if _, there := sums[number]; !there {
			at[number] = l.Row
		}
		sums[number] += l.Asked // a sheet for each kind says it in parts
	}
	for number, amount := range sums {
		rows = append(rows, Asked{number, amount})
		out.Total += amount
	}
	out.Members = len(rows)
	return out, rows, at, nil
}

// compare finds the list that shares most members with the file, and says where they differ.
func (out *FileCheck) compare(r act.Reader, h head, all []Sealed, rows []Asked, at map[int64]int) error {
	without, err := withdrawnFrom(r, h)
	if err != nil {
		return err
	}
	units, err := toSeal(r, h, without)
	if err != nil {
		return err
	}
	found := map[int64]money.Rupiah{}
	for _, a := range rows {
		found[a.Member] = a.Amount
	}
	best, most := "", 0
	for unit, list := range units {
		n := 0
		for _, a := range list {
			if _, there := found[a.Member]; there {
				n++
			}
		}
		if n > most || n == most && n > 0 && unit < best {
			best, most = unit, n
		}
	}
	if most == 0 {
		return nil
	}
	if i := slices.IndexFunc(all, func(s Sealed) bool { return s.Unit == best }); i >= 0 {
		out.List = &all[i]
	}
	sum := SealList(h.Period, best, h.PayDate, rows)
	out.Hash = hex.EncodeToString(sum[:])
	for _, a := range units[best] {
		got, there := found[a.Member]
		delete(found, a.Member)
		switch {
		case !there:
			out.Differences = append(out.Differences, FileDiff{Member: a.Member, Listed: &a.Amount})
		case got != a.Amount:
			out.Differences = append(out.Differences, FileDiff{Row: at[a.Member], Member: a.Member, Listed: &a.Amount, Found: &got})
		}
	}
	for number, got := range found {
		out.Differences = append(out.Differences, FileDiff{Row: at[number], Member: number, Found: &got})
	}
	slices.SortFunc(out.Differences, func(a, b FileDiff) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Member, b.Member)) })
	if out.More = max(0, len(out.Differences)-maxFileDiffs); out.More > 0 {
		out.Differences = out.Differences[:maxFileDiffs]
	}
	return nil
}

// layoutsKnown are the layouts that a file may be written in.
func layoutsKnown(r act.Reader) ([]Layout, error) {
	layouts := []Layout{UsualLayout("", "id"), UsualLayout(BankUnit, "id")}
	return layouts, act.Each(r, "SELECT body FROM payroll_layouts WHERE body <> '' ORDER BY id DESC LIMIT 400", nil, func(row act.Scanner) error {
		var body string
		if err := row.Scan(&body); err != nil {
			return err
		}
		l, err := parseLayout(body)
		layouts = append(layouts, l)
		return err
	})
}

// proofLeast is how many members a list has at least whose sum anybody may read: the sum of one person is that
// person's, and of two each knows the other's.
const proofLeast = 3

// getProof says to whoever holds a letter what list its code stands for: unit, members and sum, and nobody's
// name. The hash is 256 bits, so nobody finds one by trying; but a letter goes through many hands, so the sum of a
// few people is kept back, and so is that of a list that was replaced: the difference is the sum of who withdrew.
func getProof(c *web.Call) error {
	language := c.Language()
	say := func(key string, params map[string]any) string {
		return html.EscapeString(words.Say(language, "payroll."+key, params))
	}
	hash, err := hex.DecodeString(c.Path("hash"))
	var found []Sealed
	if err == nil && len(hash) == 32 {
		if found, err = sealedLists(act.Read(c.App), "l.hash = ?", hash); err != nil {
			return err
		}
	}
	var body strings.Builder
	status := http.StatusOK
	if len(found) == 0 {
		status = http.StatusNotFound
		fmt.Fprintf(&body, "<h1>%s</h1><p>%s</p>", say("proof.unknown", nil), say("proof.unknown_text", nil))
	} else {
		s := found[len(found)-1]
		var replaced bool
		if err := act.Read(c.App).Row("SELECT EXISTS(SELECT 1 FROM payroll_lists WHERE replaces = ?)", s.ID).Scan(&replaced); err != nil {
			return err
		}
		verdict := map[bool]string{false: "proof.true", true: "proof.replaced"}[replaced]
		var name string
		_ = act.Read(c.App).Row("SELECT name FROM work_units WHERE code = ?", s.Unit).Scan(&name) // a unit that is gone has no name
		at, _ := time.Parse(time.RFC3339, s.At)
		fmt.Fprintf(&body, "<h1>%s</h1><p><strong>%s</strong></p><p>%s</p><dl>", say("proof.title", map[string]any{"number": s.Number}), say(verdict, nil), say("proof.compare", nil))
		members, sum, kept := itoa(s.Members), s.Total.String(), ""
		if s.Members < proofLeast {
			members, kept = words.Say(language, "payroll.proof.few", map[string]any{"n": proofLeast}), "proof.few_text"
		}
		if replaced {
			kept = "proof.replaced_text"
		}
		if kept != "" {
			sum = words.Say(language, "payroll.proof.kept", nil)
		}
		for _, fact := range [][2]string{{"unit", strings.TrimSpace(s.Unit + " " + name)}, {"period", monthOf(language, s.Period)}, {"members", members},
			{"sum", sum}, {"locked", dateIn(language, clock.Of(c.App).DateOf(at))}} {
			fmt.Fprintf(&body, "<dt>%s</dt><dd>%s</dd>", say("letter."+fact[0], nil), html.EscapeString(fact[1]))
		}
		fmt.Fprintf(&body, "</dl><p><code>%s</code></p>", s.Code)
		if kept != "" {
			fmt.Fprintf(&body, "<p>%s</p>", say(kept, map[string]any{"n": proofLeast}))
		}
	}
	c.Response.Header().Set("Cache-Control", "no-store")
	c.Response.Header().Set("X-Robots-Tag", "noindex")
	return c.HTML(status, `<!doctype html><html lang="`+language+`"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>`+
		say("proof.compare", nil)+`</title><link rel="stylesheet" href="/styles/base.css"><link rel="stylesheet" href="/brand.css"><link rel="stylesheet" href="/styles/paper.css"></head><body><main class="proof">`+body.String()+`</main></body></html>`)
}

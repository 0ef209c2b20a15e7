package member

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
)

// qrSize is the side of the code in millimetres: a phone reads it from the table.
const qrSize = 46.0

// Letters asks for one printed invitation each.
type Letters struct {
	Members []int64 `json:"members"`
}

// lettersRoute answers with the letters themselves: a PDF, an A4 sheet each.
func lettersRoute() web.Route {
	r := web.Raw(http.MethodPost, "/api/coop/members/letters", web.Managers, "Makes invitations with new codes, as letters to print: a PDF, a sheet each.", func(c *web.Call) error {
		var in struct {
			ID string `json:"id"`
			Letters
		}
		if err := json.NewDecoder(c.Request.Body).Decode(&in); err != nil {
			return fault.Bad("input.json")
		}
		var problems fault.Input
		problems.Check(ulid.Valid(in.ID), "id", "input.ulid")
		problems.Check(len(in.Members) > 0, "members", "member.nobody_named")
		problems.Check(len(in.Members) <= maxLetters, "members", "input.too_many", fault.Params{"max": maxLetters})
		if err := problems.Err(); err != nil {
			return err
		}
		raw, err := PrintLetters(c.Request.Context(), c.App, in.ID, c.By, c.Language(), addressOf(c), distinct(in.Members))
		if err != nil {
			return err
		}
		c.Response.Header().Set("Cache-Control", "no-store")
		c.Response.Header().Set("Content-Disposition", `attachment; filename="undangan.pdf"`)
		return c.Blob(http.StatusCreated, "application/pdf", raw)
	})
	r.In, r.Act = Letters{}, true
	return r
}

// addressOf is where members find this co-op: the address in the settings, or the one that the manager's
// browser came to.
func addressOf(c *web.Call) string {
	if at, err := url.Parse(c.App.Settings().Meta.AppURL); err == nil && at.Host != "" && at.Hostname() != "localhost" && !net.ParseIP(at.Hostname()).IsLoopback() {
		return strings.TrimRight(at.String(), "/")
	}
	scheme := "http"
	if c.Request.TLS != nil || c.Request.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + c.Request.Host
}

// PrintLetters makes codes and writes them into letters. A letter names the person, the number and the
// code, and no NIP or NIK: it lies on desks.
func PrintLetters(ctx context.Context, app core.App, key string, by act.Actor, language, address string, numbers []int64) ([]byte, error) {
	coop, err := pdf.CoopOf(app)
	if err != nil {
		return nil, err
	}
	letters, _, err := issueInvitations(ctx, app, key, by, numbers)
	if err != nil {
		return nil, err
	}
	if err := nameLetters(act.Read(app), letters); err != nil {
		return nil, err
	}
	now, today := clock.Of(app).Now(), clock.Of(app).Today()
	say := func(key string, params map[string]any) string { return words.Say(language, key, params) }
	var doc *pdf.Doc
	for _, l := range letters {
		link := address + "/anggota/#/gabung/" + fmt.Sprint(l.number) + "/" + l.code
		paper := pdf.Paper{Coop: coop, Title: say("join.letter_title", nil), Language: language, Made: now, Loose: true, Facts: []pdf.Fact{
			{Label: say("join.letter_to", nil), Value: l.name}, {Label: say("join.letter_date", nil), Value: pdf.Day(language, today)},
			{Label: say("join.letter_unit", nil), Value: l.unit}, {Label: say("join.letter_number", nil), Value: PrintNumber(l.number)}}}
		if doc == nil {
			doc = pdf.New(paper)
		} else {
			doc.Next(paper)
		}
		doc.Text(say("join.letter_text", map[string]any{"coop": coop.Name}))
		doc.Heading(say("join.letter_how", nil))
		below := doc.Raw().GetY() + qrSize
		doc.QR(link, qrSize)
		doc.Text(say("join.letter_steps", nil))
		doc.Raw().SetY(max(below, doc.Raw().GetY()))
		doc.Text(say("join.letter_until", map[string]any{"date": pdf.Day(language, clock.Of(app).DateOf(l.expires))}))
		doc.Heading(say("join.letter_address", nil))
		doc.Text(say("join.letter_open", map[string]any{"address": address + "/anggota/#/gabung"}))
		doc.Facts([]pdf.Fact{{Label: say("join.letter_number", nil), Value: PrintNumber(l.number)}, {Label: say("join.letter_code", nil), Value: keys.PrintCode(l.code)}})
		doc.Note(say("join.letter_note", nil))
	}
	return doc.Bytes()
}

// nameLetters reads whom the letters are for.
func nameLetters(r act.Reader, letters []letter) error {
	for i := range letters {
		if err := r.Row("SELECT m.name, coalesce(u.name, '') FROM members m LEFT JOIN work_units u ON u.id = m.work_unit WHERE m.number = ?", letters[i].number).
			Scan(&letters[i].name, &letters[i].unit); err != nil {
			return err
		}
	}
	return nil
}

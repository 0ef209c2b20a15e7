package notice

import (
	"fmt"
	"html"
	"net"
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// usualBrand is the accent of a co-op that chose none (brand.Usual).
const usualBrand = "#F4B024"

// Letter is an e-mail in the co-op's look: its accent as a strip, its name, what is said, and a way on.
type Letter struct {
	Subject string
	Lines   []string // paragraphs; the first greets
	Code    string   // within a line, shown large
	Link    string   // an address of ours, or empty
	Follow  string   // the link's words
	Foot    string   // why this came, small
}

// Parts are the letter as HTML and as plain text, signed with the co-op's name.
func (l Letter) Parts(r act.Reader) (page, text string, err error) {
	var coop, brand string
	if err := r.Row("SELECT name, brand FROM coop LIMIT 1").Scan(&coop, &brand); err != nil {
		return "", "", err
	}
	if len(brand) != 7 || strings.Trim(brand[1:], "0123456789abcdefABCDEF") != "" || brand[0] != '#' {
		brand = usualBrand
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<div style="background:#FAF6EC;padding:24px 12px"><div style="max-width:520px;margin:0 auto;background:#FFFDF7;border-top:6px solid %s;padding:28px 28px 20px;font-family:'Plus Jakarta Sans',-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:16px;line-height:1.55;color:#0E2F27">
<p style="margin:0 0 24px;font-size:14px;font-weight:600;color:#456056">%s</p>
`, brand, html.EscapeString(coop))
	for _, line := range l.Lines {
		line = html.EscapeString(line)
		if l.Code != "" {
			line = strings.Replace(line, html.EscapeString(l.Code), `<strong style="font-size:24px;letter-spacing:4px">`+html.EscapeString(l.Code)+`</strong>`, 1)
		}
		b.WriteString(`<p style="margin:0 0 16px">` + line + "</p>\n")
	}
	text = strings.Join(l.Lines, "\n\n")
	if l.Link != "" {
		fmt.Fprintf(&b, `<p style="margin:24px 0"><a href="%s" style="display:inline-block;background:#0E2F27;color:#FAF6EC;text-decoration:none;font-weight:600;padding:12px 20px;border-radius:12px">%s</a></p>
`, html.EscapeString(l.Link), html.EscapeString(l.Follow))
		text += "\n\n" + l.Follow + ": " + l.Link
	}
	if l.Foot != "" {
		fmt.Fprintf(&b, `<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #E4DCC9;font-size:13px;color:#456056">%s</p>
`, html.EscapeString(l.Foot))
		text += "\n\n" + l.Foot
	}
	b.WriteString("</div></div>")
	return b.String(), text + "\n\n" + coop, nil
}

// memberApp is the address of a screen in the member's app, or empty where the co-op has not said where it is: an
// address of this machine leads nowhere from a member's phone.
func memberApp(app core.App, screen string) string {
	address := strings.TrimRight(app.Settings().Meta.AppURL, "/")
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.Hostname() == "localhost" || net.ParseIP(at.Hostname()).IsLoopback() {
		return ""
	}
	return address + "/anggota/#" + screen
}

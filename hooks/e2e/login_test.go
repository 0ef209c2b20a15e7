package e2e_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/login"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// TestAMemberComesInWithACode: the manager makes a code in front of the member, whose phone opens the
// printed link; later a lost device is logged out, and a PIN asks who is there.
func TestAMemberComesInWithACode(t *testing.T) {
	o := newOffice(t)
	e := &eyes{t, nil, axeSource(t)}
	rani := o.Member("Rani Prameswari")
	number := member.PrintNumber(int64(rani.GetInt("number")))
	desk := somebody(t, o.url, o.Now)
	desk.logIn("/kelola/", say("common.identity_email"), "manajer@contoh.id", secret)
	desk.goTo("/kelola/#/anggota")
	desk.press(say("office.code_for", "name", "Rani Prameswari"))
	desk.press(say("office.code_make"))
	code := desk.until("the code", `e2e.plain(document.querySelector('.big-code')?.textContent)`)
	desk.complaints(asked)
	e.look(desk, "a code for a member", "id")

	p := somebody(t, o.url, o.Now)
	p.size(phone, 800)
	p.goTo(fmt.Sprintf("/anggota/#/sandi/%d/%s", rani.GetInt("number"), strings.ReplaceAll(code, "-", "")))
	p.sees(say("common.reset_title"))
	if at := p.eval(`location.href + history.length`); strings.Contains(at, "sandi") {
		t.Errorf("the code stays in the address: %s", at)
	}
	p.fill(say("common.password_new"), "pendek")
	p.press(say("common.password_set"))
	p.sees(say("fault.login.password_short", "min", 8))
	p.fill(say("common.password_new"), secret)
	p.press(say("common.password_set"))
	p.until("her home", `!document.querySelector('.login') && document.querySelector('.bottom-tabs')`)
	p.content("400 http")

	lost := o.token("members", number)
	p.goTo("/anggota/#/saya")
	p.press(say("common.devices"))
	p.seesAt(".devices", say("common.device_this"))
	p.pressAt(".devices button")
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.press(say("common.device_end"))
	p.sees(say("common.devices_ended", "n", 1), say("common.devices_alone"))
	if status, _ := o.ask(lost, http.MethodGet, "/api/coop/me", nil); status != http.StatusUnauthorized {
		t.Errorf("the lost device still hears %d", status)
	}

	const next = "kali-jernih-mengalir"
	stolen := o.token("members", number)
	p.press(say("common.password_change"))
	p.until("the question", `document.querySelector('dialog[open] input[autocomplete=new-password]')`)
	e.look(p, "another password", "id")
	p.fill(say("common.password_new"), "pendek")
	p.press(say("common.save"))
	p.sees(say("fault.login.password_short", "min", 8))
	p.fill(say("common.password_new"), next)
	p.press(say("common.save"))
	p.sees(say("common.password_changed"), say("common.devices_alone"))
	if status, _ := o.ask(stolen, http.MethodGet, "/api/coop/me", nil); status != http.StatusUnauthorized {
		t.Errorf("whoever was in with the old password still hears %d", status)
	}
	e.look(p, "devices after another password", "id")
	manager := o.token("_superusers", "manajer@contoh.id")
	if status, raw := o.ask(manager, http.MethodPatch, "/api/collections/members/records/"+rani.Id, map[string]any{"email": "rani@contoh.id"}); status != http.StatusOK {
		t.Fatalf("%d %s", status, raw)
	}
	o.Act("test.photo", func(tx *act.Tx) error {
		return errors.Join(notice.News(tx, o.App, notice.Notice{Member: int64(rani.GetInt("number")), Kind: notice.PhotoKept}), notice.News(tx, o.App, notice.Notice{Member: int64(rani.GetInt("number")), Kind: notice.PhotoRemoved}))
	})
	p.goTo("/anggota/#/saya")
	p.sees(say("common.login_again")) // another address ends all sessions
	p.fill(say("common.password"), next)
	p.press(say("common.log_in"))
	p.until("her page", `!document.querySelector('dialog[open]')`)
	p.goTo("/anggota/#/pemberitahuan")
	p.sees(say("member.notice_password_set"), say("member.notice_email_changed"), say("member.notice_photo_kept"), say("member.notice_photo_removed"))
	p.content("400 http", "401 http")
	e.look(p, "what the office changed", "id")

	o.Travel(o.Now().Add(login.FreshFor + time.Minute))
	p.goTo("/anggota/#/saya")
	p.press(say("member.pin_set"))
	p.fill(say("member.pin_new"), "246813")
	p.fill(say("member.pin_again"), "246813")
	p.press(say("common.save"))
	p.sees(say("common.confirm_title"))
	p.complaints("403 http")
	e.look(p, "a proof of the person", "id")
	p.fill(say("common.password"), "salah")
	p.press(say("common.confirm_go"))
	p.sees(say("common.password_refused"))
	p.fill(say("common.password"), next)
	p.press(say("common.confirm_go"))
	p.sees(say("member.pin_done"))
	p.content("403 http", "400 http")

	p.press(say("common.log_out"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.press(say("common.log_out"))
	p.until("the login", `document.querySelector('.login')`)
	p.content()
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// TestAMemberComesInByMail: with mail set up, the login page offers a code; six digits let her in.
func TestAMemberComesInByMail(t *testing.T) {
	o := newOffice(t, func(o *office) {
		settings := o.Settings()
		settings.SMTP.Enabled, settings.SMTP.Host, settings.SMTP.Port = true, "127.0.0.1", 25
		o.must(o.Save(settings))
	})
	e := &eyes{t, nil, axeSource(t)}
	rani := o.Member("Rani Prameswari")
	rani.SetEmail("rani@contoh.id")
	o.must(o.Save(rani))
	p := somebody(t, o.url, o.Now)
	p.size(phone, 800)
	p.goTo("/anggota/")
	p.press(say("common.mail_code_use"))
	p.sees(say("common.mail_code_lead"))
	p.fill(say("common.identity_email"), "Rani@contoh.id")
	p.press(say("common.mail_code_send"))
	p.until("the boxes", `document.activeElement?.closest('.codes')`)
	e.look(p, "a code by mail", "id")
	code := ""
	for deadline := time.Now().Add(patience); code == "" && time.Now().Before(deadline); { // the letter goes out behind the answer
		p.eval(`new Promise((done) => setTimeout(done, 50))`)
		code = sixDigits.FindString(o.TestMailer.LastMessage().Text)
	}
	p.until("the boxes", `(document.querySelector('.codes input').focus(), true)`)
	p.keys(code[:5])
	p.press(say("common.log_in"))
	p.sees(say("common.mail_code_short", "n", 1))
	p.until("the boxes", `(document.querySelector('.codes input').focus(), true)`)
	p.keys(code[5:] + kb.Enter)
	p.until("her home", `!document.querySelector('.login') && document.querySelector('.bottom-tabs')`)
	p.content()
}

// TestAMemberComesInWithAPasskey: a device makes one, comes in with it, proves with it who is there, and
// forgets it. At an address without a name of its own, nothing of it is to be seen.
func TestAMemberComesInWithAPasskey(t *testing.T) {
	o := newOffice(t)
	e := &eyes{t, nil, axeSource(t)}
	rani := o.Member("Rani Prameswari")
	rani.SetPassword(secret)
	o.must(o.Save(rani))
	number := fmt.Sprint(rani.GetInt("number"))
	named := strings.Replace(o.url, "127.0.0.1", "localhost", 1)
	settings := o.Settings() // nobody has called yet: the address is known only once the server stands
	settings.Meta.AppURL = named
	o.must(o.Save(settings))

	p := somebody(t, named, o.Now)
	p.size(phone, 800)
	p.withAuthenticator()
	p.logIn("/anggota/", say("common.identity"), number, secret)
	p.goTo("/anggota/#/perangkat")
	p.press(say("common.passkey_add"))
	p.sees(say("common.passkey_added"), say("common.passkey_added_on", "day", "3 November 2026"))
	e.look(p, "devices with a passkey", "id")
	p.press(say("common.passkey_add"))
	p.sees(say("common.passkey_known"))

	p.goTo("/anggota/#/saya")
	p.press(say("common.log_out"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.press(say("common.log_out"))
	p.until("the login", `document.querySelector('.login')`)
	p.press(say("common.passkey_use"))
	p.until("her home", `!document.querySelector('.login') && document.querySelector('.bottom-tabs')`)

	o.Travel(o.Now().Add(login.FreshFor + time.Minute))
	p.goTo("/anggota/#/perangkat")
	p.sees(say("common.device_seen", "day", "3 November 2026"))
	p.press(say("common.remove"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.press(say("common.remove"))
	p.sees(say("common.confirm_title"))
	p.press(say("common.passkey_use"))
	p.sees(say("common.passkey_removed"))
	p.until("it is gone", fmt.Sprintf(`!e2e.text().includes(%s)`, quote("3 November 2026 Terakhir")))
	p.content("403 http")

	p.goTo("/anggota/#/saya")
	p.press(say("common.log_out"))
	p.until("the question", `document.querySelector('dialog[open]')`)
	p.press(say("common.log_out"))
	p.until("the login", `document.querySelector('.login')`)
	p.press(say("common.passkey_use"))
	p.sees(say("fault.login.passkey_refused"))
	p.content("400 http")

	elsewhere := somebody(t, o.url, o.Now)
	elsewhere.goTo("/anggota/")
	elsewhere.sees(say("common.log_in"))
	if elsewhere.eval(fmt.Sprintf(`e2e.text().includes(%s)`, quote(say("common.passkey_use")))) != "false" {
		t.Error("a passkey is offered where none can work")
	}
	elsewhere.content()
}

// withAuthenticator gives the person a device that knows them.
func (p *person) withAuthenticator() {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, webauthn.Enable, webauthn.EnableParams{})
	p.must(err)
	_, err = chromedp.Call(p.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true,
		IsUserVerified: true, AutomaticPresenceSimulation: true}})
	p.must(err)
}

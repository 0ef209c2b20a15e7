package e2e_test

import (
	"fmt"
	"testing"

	"kpdk/hooks/member"
)

// TestADeathIsSettledForTheHeirs: the office settles the account of somebody who died, names the heirs, and prints the
// letter for them; nothing goes to the mailbox.
func TestADeathIsSettledForTheHeirs(t *testing.T) {
	o := newOffice(t)
	e := &eyes{t, nil, axeSource(t)}
	rani := o.Member("Rani Prameswari")
	number := int64(rani.GetInt("number"))
	p := somebody(t, o.url, o.Now)
	p.logIn("/kelola/", say("common.identity_email"), "manajer@contoh.id", secret)
	p.goTo(fmt.Sprintf("/kelola/#/keluar/%d", number))
	p.press(say("office.leave_settle"))
	p.choose(say("office.leave_reason"), say("office.leave_deceased"))
	p.fill(say("office.leave_heirs"), "Ibu Sekar Arum, Jalan Kenanga 4, Magelang")
	e.look(p, "settling for the heirs", "id")
	p.pressAt("dialog[open] .btn.danger, dialog[open] .acts .btn:last-child")
	p.sees(say("office.leave_heirs_line"), "Ibu Sekar Arum, Jalan Kenanga 4, Magelang")
	e.look(p, "settled for the heirs", "id")
	p.content()
	if l, err := member.LeavingOf(o, number); err != nil || l.Reason != "deceased" || l.Note == "" {
		t.Errorf("%+v %v", l, err)
	}
}

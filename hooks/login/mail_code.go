package login

import (
	"slices"
	"sync"

	"github.com/pocketbase/pocketbase/core"
	"golang.org/x/crypto/bcrypt"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
)

// Codes by e-mail are PocketBase's own. What is added: they are offered only where mail is set up, they
// are counted by the address that was typed (also when it is nobody's), and an address that is nobody's
// looks the same from outside in answer, in the count of tries and, but for a commit, in time.
const (
	mailCodesKey = "kpdk.mail_codes"
	codeCost     = 8 // PocketBase's bcrypt cost of a code
	tryPattern   = "POST /api/collections/{collection}/auth-with-otp"
)

type mailCodes struct {
	requests, tries *attempts
	mu              sync.Mutex
	addressOf       map[string]string // by the id of a code, real or made up
	used            map[string]bool   // ids of codes that somebody came in with
}

func newMailCodes(app core.App) *mailCodes {
	return &mailCodes{requests: newAttempts(app, "code_request", 3), tries: newAttempts(app, "code", 5), addressOf: map[string]string{}, used: map[string]bool{}}
}

// MailCodes says whether this co-op can send codes by e-mail.
func MailCodes(app core.App) bool { return app.Settings().SMTP.Enabled }

func (m *mailCodes) request(e *core.RecordCreateOTPRequestEvent) error {
	if !MailCodes(e.App) {
		return web.Refuse(e.RequestEvent, fault.Forbidden("auth.no_mail"))
	}
	var typed struct {
		Email string `json:"email" form:"email"`
	}
	if err := e.BindBody(&typed); err != nil {
		return err
	}
	address := plain(typed.Email)
	if refusal := m.requests.holdFor(e.RequestEvent, address); refusal != nil {
		return web.Refuse(e.RequestEvent, refusal)
	}
	may, err := byMail(e.App, e.Record)
	if err != nil {
		return err
	}
	if !may {
		id := core.GenerateDefaultRandomId()
		m.remember(id, address)
		_, _ = bcrypt.GenerateFromPassword([]byte(e.Password), codeCost) // what a real code costs
		return e.JSON(200, map[string]string{"otpId": id})
	}
	if e.Record.GetString("language") == "" { // the letter is in the language of the screen; nothing is saved
		e.Record.Set("language", words.Pick(e.Request.Header.Get("Accept-Language")))
	}
	if err := e.Next(); err != nil {
		return err
	}
	codes, err := e.App.FindAllOTPsByRecord(e.Record) // the newest first
	if err != nil || len(codes) == 0 {
		return err
	}
	m.remember(codes[0].Id, address)
	return nil
}

// byMail says whether somebody may come in by mail: whoever is here, and is known to be the person. An address that an
// applicant wrote, or one of the staff list that a whole office reads, proves nobody before.
func byMail(app core.App, who *core.Record) (bool, error) {
	if who == nil || gone(who) {
		return false, nil
	}
	if who.Collection().Name != members {
		return true, nil
	}
	return member.Proved(act.Read(app), int64(who.GetInt("number")))
}

func (m *mailCodes) remember(id, address string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.addressOf) >= maxAccounts {
		clear(m.addressOf)
	}
	m.addressOf[id] = address
}

// try counts by the address before PocketBase looks at the code: its own count is by the member, and so
// would tell who is one.
func (m *mailCodes) try(e *core.RequestEvent) error {
	if e.Request.Pattern != tryPattern {
		return e.Next()
	}
	var typed struct {
		ID string `json:"otpId" form:"otpId"`
	}
	if err := e.BindBody(&typed); err != nil {
		return e.BadRequestError("", err)
	}
	m.mu.Lock()
	account, known := m.addressOf[typed.ID]
	m.mu.Unlock()
	if !known {
		account = addressBehind(e.App, typed.ID)
	}
	if refusal := m.tries.holdFor(e, account); refusal != nil {
		return web.Refuse(e, refusal)
	}
	err := e.Next()
	if err == nil && e.Written() {
		m.tries.clear(e.App, account)
		m.requests.clear(e.App, account)
	}
	return err
}

// addressBehind finds whom a code was sent to before this server started; of a made-up one its id is all there is.
func addressBehind(app core.App, id string) string {
	if code, err := app.FindOTPById(id); err == nil {
		if who, err := app.FindRecordById(code.CollectionRef(), code.RecordRef()); err == nil {
			return plain(who.Email())
		}
	}
	return "id:" + id
}

// once lets one of several at once in with a code: PocketBase looks at it first and deletes it later.
func (m *mailCodes) once(e *core.RecordAuthWithOTPRequestEvent) error {
	m.mu.Lock()
	again := m.used[e.OTP.Id]
	if len(m.used) >= maxAccounts {
		clear(m.used)
	}
	m.used[e.OTP.Id] = true
	m.mu.Unlock()
	may, err := byMail(e.App, e.Record)
	if err != nil {
		return err
	}
	if again || !may {
		return e.BadRequestError("Invalid or expired OTP", nil)
	}
	return e.Next()
}

// keepPassword notes that the address is the member's. PocketBase would note it too, and throw the
// password away: its caution is meant for accounts that anybody can open with somebody else's address.
// Here codes go only to people who were proved to be who they are, after which nobody but a manager writes addresses.
func keepPassword(e *core.RecordAuthWithOTPRequestEvent) error {
	if !e.Record.Verified() && e.OTP.SentTo() == e.Record.Email() {
		e.Record.SetVerified(true)
		if err := e.App.SaveNoValidate(e.Record); err != nil {
			return err
		}
	}
	return e.Next()
}

// write puts the co-op's own words into the letter.
func write(e *core.MailerRecordEvent) error {
	code, _ := e.Meta["password"].(string)
	language := e.Record.GetString("language")
	if !slices.Contains([]string{"id", "en"}, language) {
		language = "id"
	}
	var coop string
	if err := act.Read(e.App).Row("SELECT name FROM coop LIMIT 1").Scan(&coop); err != nil {
		return err
	}
	until := clock.Of(e.App).Now().Add(e.Record.Collection().OTP.DurationTime()).In(clock.Of(e.App).Zone()).Format("15:04")
	say := func(key string) string {
		return words.Say(language, key, map[string]any{"code": code, "coop": coop, "time": until, "name": e.Record.GetString("name")})
	}
	letter := notice.Letter{Subject: say("mail.code_subject"), Hello: say("mail.hello"), Lines: []string{say("mail.code"), say("mail.code_until"), say("mail.code_keep")}, Code: code}
	page, text, err := letter.Parts(act.Read(e.App))
	if err != nil {
		return err
	}
	e.Message.Subject, e.Message.HTML, e.Message.Text = letter.Subject, page, text
	return e.Next()
}

package providers

import (
	"net/mail"
	"strings"

	"waybill.dev/engine/wire"
)

// accepted is what a mail server answers when it has taken a message.
const accepted = 250

// TakeMail keeps a mail as a request to its recipients.
func (p *Providers) TakeMail(taken wire.Mail) {
	request := Request{
		Method: "MAIL", URL: "mailto:" + strings.Join(taken.To, ","), Status: accepted,
		Headers: map[string]string{"from": taken.From}, Body: taken.Content,
	}
	if message, err := mail.ReadMessage(strings.NewReader(taken.Content)); err == nil {
		request.Headers["subject"] = message.Header.Get("Subject")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, request)
}

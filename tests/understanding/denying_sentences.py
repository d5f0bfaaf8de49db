"""Sentences that deny a payment, a stop or a yes, by the construction that denies it; each written for itself, none of a phrase."""

from __future__ import annotations

NO_PAYMENT = """
nem
  nem um centavo saiu do meu bolso pra essa conta ainda
  não quitei nem comecei a quitar
  nem eu nem meu marido depositamos nada até hoje
  nem sei onde que paga, quanto mais pago
  paguei nem a metade, fica tranquilo que tô ciente
  dessa dívida aí eu nem cheguei perto de pagar
sem
  estou sem pagar desde agosto
  fiquei dois meses sem depositar nada pra vcs
  a de janeiro passou sem eu pagar
  o pix ficou lá sem eu confirmar
  o boleto tá na gaveta sem pagar
  passei batido, sem acertar a última
jamais
  jamais transferi um real pra essa loja
  jamais quitei esse carnê
  nunca na vida depositei nessa conta
  nunca jamais fiz pix pra vocês
  em tempo algum paguei essa fatura
deixei de
  deixei de pagar em março
  acabei deixando de quitar a parcela 3
  deixamos de pagar pq o emprego acabou
  larguei de pagar faz um tempo
  parei de pagar na quarta parcela
  parei de depositar quando fiquei doente
  suspendi o pagamento porque não tinha de onde tirar
who says so
  quem disse que tá pago?
  quem te contou que eu já acertei isso?
  de onde vcs tiraram que eu quitei
  onde que tá escrito que paguei?
  quem inventou que essa parcela foi paga
  tão falando aí que eu paguei? paguei é nada
far from it
  tô longe de ter pago isso
  longe de estar quitado, infelizmente
  falta muito pra dizer que paguei
  isso aí tá bem longe de tá pago
still to do
  ainda falta pagar
  falta eu pagar as duas últimas
  ainda tenho que quitar essa
  tá faltando eu fazer o pix
  a de abril ainda está em aberto
  segue pendente o meu pagamento
  continua sem pagamento a conta da minha mãe
  resta pagar a entrada
  o pagamento ainda tá por fazer
had I
  se eu tivesse pago não estaria aqui te respondendo
  se já tivesse quitado eu mandava o comprovante
  se a gente tivesse feito o pix ontem saía mais barato
  tivesse eu pago em dia não tava nessa
  caso eu tivesse pago, vocês me dariam recibo?
  se eu pagasse hoje quanto ficava
  se eu pago hoje cai quando?
  e se eu já tivesse pago uma parte, mudava alguma coisa?
  suponha que eu já paguei, quanto tempo leva pra limpar o nome
wished for
  queria ter pago no dia certo
  eu gostaria de ter quitado antes do natal
  quem dera eu já tivesse pago
  quem me dera estar com isso pago
  tomara que um dia eu possa falar que paguei
  meu sonho é mandar um já paguei pra vcs
  como eu queria dizer que tá quitado
  devia ter pago e não paguei
  era pra ter pago sexta e não deu
  podia ter pago com o décimo mas gastei
thought so
  achei que tinha pago mas fui ver e tá lá aberto
  pensei que meu marido tivesse pago e ele não pagou
  jurava que tinha feito o pix, fui olhar e não fiz
  eu podia jurar que paguei mas no extrato não tem nada
  achava que tava pago, pelo visto não tá
  minha filha falou que pagou, mentira dela
  pra mim tava quitado até ver que o banco devolveu
  imaginei que o débito automático tinha pago e não pagou
not that
  não é que eu tenha pago, é que eu quero pagar
  não estou falando que paguei
  não vou mentir que paguei
  não posso te dizer que tá pago porque não tá
  não falei em momento nenhum que quitei
  não quer dizer que eu paguei
  o comprovante é de outra loja, não significa que paguei a de vocês
  não digo que tá pago, digo que vou pagar
  não me entenda mal, eu não paguei
  não confunda: agendei, pagar ainda não paguei
tried
  tentei pagar e deu erro
  tentei fazer o pix três vezes e voltou
  o banco não deixou passar o pix
  fui pagar e a lotérica tava fechada
  ia pagar ontem mas a chave não funcionou
  o pagamento foi recusado
  o pix voltou pra minha conta
  não completou a transferência
  o dinheiro voltou, não foi
  deu saldo insuficiente na hora de pagar
  agendei mas cancelei antes de sair
  estava pagando e caiu a internet, não concluiu
  paguei mas o banco estornou
  mandei o pix e voltou na hora
  o cheque que dei voltou
almost
  por pouco não paguei ontem
  quase quitei com o dinheiro do fgts
  quase que faço o pix, aí o carro quebrou
  tava quase pagando quando perdi o serviço
asked
  já foi paga essa parcela?
  consta como pago aí?
  será que caiu como pago?
  minha mãe já pagou isso?
  vc sabe se meu ex quitou?
  tem como ver se alguém pagou por mim?
  quando eu pagar vocês mandam recibo?
  depois que eu pagar limpa em quantos dias?
  e quando estiver pago?
  tem certeza que não tá pago?
  como faço pra saber se paguei?
not I
  não fui eu que fiz esse pagamento
  esse pix aí não é meu não
  o depósito que caiu não saiu de mim
  quem pagou não fui eu, deve ser engano
  ninguém aqui fez pix nenhum
  aqui em casa ninguém quitou nada
  meu irmão diz que não pagou
  minha esposa não pagou como combinado
doubt
  não lembro se já paguei essa
  sei lá se paguei
  não tenho certeza de ter quitado
  tô na dúvida se paguei a de maio ou não
  nem lembro se fiz o depósito
slip
  apertei já paguei sem querer
  marquei que paguei por engano, não paguei
  cliquei em "já paguei" mas foi errado
  ignora aquele já paguei que mandei, foi meu filho
  retiro o que falei, não paguei ainda
  desculpa, falei paguei mas confundi com a luz
  menti que tinha pago, perdão
irony
  paguei sim, só que não
  claro que paguei, no dia de são nunca
  pago? pago nada
  paguei? quem me dera
  paguei foi nada
  aham, paguei, com que dinheiro?
  paguei uma ova
in other words
  não tenho nenhum comprovante porque não cheguei a pagar
  essa aí ficou pra trás, não paguei não
  vou confessar: faz três meses que não pago nada
  a luz eu paguei, a de vocês não
  paguei o aluguel, essa daqui ficou sem
  com o dinheiro do pagamento eu comprei remédio
  ia ser pago hoje mas o patrão atrasou
  meu nome tá limpo em outro lugar mas aqui não quitei
  o débito automático falhou
  gostaria de já estar com isso resolvido e pago
  só não paguei porque o boleto não chegou
  se a minha irmã tiver pago me avisa
  não acredito que meu irmão pagou isso
  nem eu acredito que não paguei
  quando for pago eu mando o recibo
  enquanto eu não pagar vocês não tiram meu nome?
  o combinado era eu pagar dia 5 e não consegui
  tá escrito pago aí mas é erro de vocês
  vocês deram baixa errado, eu não paguei isso
  foi lançado como pago por engano
  pagar eu não paguei ainda
  cadê que eu consegui pagar
  nada de pagamento por enquanto
  fiz o pix pra outra pessoa, não pra vocês
  o pix que fiz foi da outra dívida
  eu disse que ia pagar, não que paguei
  até agora zero pagamento da minha parte
  infelizmente não foi possível efetuar o pagamento
  perdi o prazo e não paguei
  tô devendo ainda, não quitei essa
  mas eu nem paguei a entrada ainda
  ninguém pagou por mim não
  deixei pra pagar depois e esqueci
  vai que eu já paguei e não lembro
  me diz você se eu paguei
  que dia mesmo que eu paguei? ou não paguei?
  que paguei que nada
  conta paga? só na outra encarnação
  antes eu tivesse pago logo
"""

NO_STOP = """
no
  não é pra cessar o contato
  não quero que vocês sumam não
  não precisam parar com os avisos
  não quero sair do cadastro de mensagens
  não me tira da lista não, por favor
  não me bloqueia
  não cancela meus lembretes
  não é pra me remover
  não desliga meus avisos
  não vai parar de me mandar o boleto hein
nem
  nem pensem em parar de me lembrar
  não quero parar nem pausar as mensagens
  nem cogito bloquear vocês
  nem é que eu queira que parem
never
  nunca pedi pra me tirarem da lista
  jamais pediria pra parar de mandar
  nunca falei em bloquear
  nunca disse que não queria mais mensagem
  em momento algum pedi descadastro
without
  sem parar de mandar os boletos, por favor
  pode me ligar sem problema, não incomoda
  sem essa de me tirar da lista, eu preciso dos avisos
left off
  vocês deixaram de me mandar o lembrete, por quê?
  pararam de me avisar e eu acabei atrasando
  parou de chegar mensagem e fiquei perdido
  por que vcs sumiram? parou de vir boleto
  deixei de receber as mensagens, volta por favor
  não chegou mais nenhuma mensagem de vcs
  faz um mês que não me mandam nada, quero saber do boleto
who says so
  quem disse que eu quero que parem?
  quem falou em parar de receber?
  de onde tirou que quero sair?
  quem pediu pra cancelar as mensagens? eu não fui
  quem mandou me tirarem da lista?
far from it
  longe de mim pedir pra parar
  tô longe de querer bloquear, preciso do boleto
only if
  só paro de receber se eu quitar, né?
  vocês só param quando eu pagar?
  as mensagens param se eu fizer o acordo?
  quando quitar vocês param de mandar, certo?
  depois que pagar para de chegar cobrança?
  se eu pagar hoje vocês param de ligar?
  pra parar as ligações eu preciso pagar tudo?
had I
  se eu quisesse parar já tinha falado
  se eu quisesse que parassem eu bloqueava
  se fosse pra parar eu dizia parar
  se eu pedir descadastro perco o desconto?
  e se um dia eu quiser parar de receber?
  caso eu queira parar de receber, como faz?
not that
  não é que eu queira que parem, só de noite que não dá
  não estou pedindo pra parar, estou pedindo o boleto
  não tô falando pra não mandar mais, tô falando pra mandar por email
  não disse pra parar, disse pra esperar
  não quer dizer que eu não queira receber
  não entenda que é pra parar
  não é parar que eu quero, é prazo
  não me leve a mal, pode seguir mandando
slip
  digitei parar sem querer
  meu filho apertou sair, desconsidera
  cliquei em parar errado, quero continuar
  apertei bloquear sem querer, desbloqueei
  o sair que mandei foi engano
  ignora o pare que escrevi antes, era pra outra pessoa
  mandei stop por engano
other things
  quero parar de dever, isso sim
  preciso parar de atrasar as contas
  quero sair dessa dívida
  quero sair do vermelho
  me tira dessa situação, como negocio
  me tira o nome do serasa
  tira esses juros daí
  para o débito automático da minha conta
  cancela o boleto antigo e manda outro
  remove a multa pra mim
  parei de trabalhar mês passado
  parei na faculdade por falta de dinheiro
  bloquearam meu cartão, não consigo pagar
  o banco bloqueou minha conta
  não me mande boleto de 600, me mande de 300
  não me mande o link, manda o código
  não manda por carta, manda por aqui
  não liga, escreve
  não me liga de manhã, à tarde eu atendo
  não me chame antes das dez
  aos domingos não, por favor
  não me manda mensagem no trabalho, manda à noite
  só não me liga de madrugada
  não manda pro zap da minha filha, manda pro meu
  hoje não, me chama amanhã
  agora não me chama, tô em reunião, daqui meia hora pode
  não mandem áudio que eu não escuto
  evita mandar de noite
  me manda menos vezes, uma por semana tá bom
go on
  pode seguir me avisando
  continua mandando que eu esqueço
  quero voltar a receber as mensagens
  me põe de volta na lista
  volta a me mandar os avisos
  pode ficar me lembrando, eu gosto
  desfaz o cancelamento das mensagens
  quero receber sim, não parem
  as mensagens me ajudam, não cortem
  manda mais mensagem que eu não entendi
asked
  por que pararam?
  posso parar de receber quando eu quiser?
  o que acontece se eu bloquear vocês?
in other words
  não me deixem de fora dos avisos
  eu não pedi pra bloquear meu número
  não vou sair daqui enquanto não resolver
  não desisto de receber as mensagens, me ajudam
  continuem mandando que assim eu não esqueço
  parar de mandar não adianta, eu devo mesmo
  não adianta parar de mandar, o que eu quero é desconto
  quem quer que pare é minha mulher, eu não
  se parar de mandar como eu vou saber o valor?
  tenho medo que vocês parem de me avisar
  só não manda no horário do culto
  me chama outra hora, agora tô dirigindo
  não me liga agora, tô no médico
  manda depois das seis, antes não
  prefiro que não liguem, mandem mensagem
  sem ligação, só zap
  pode mandar mensagem, só ligação que não
  para de me mandar boleto errado e manda o certo
  para de cobrar juros e eu pago
  quero que parem os juros, não as mensagens
  parem de aumentar essa dívida
  cancela essa parcela e refaz
  tira meu nome do spc
  sair da conversa como faz? quero voltar pro menu
  bloqueio judicial, o que é isso?
  meu chip foi bloqueado, por isso não respondi
  parei de responder porque tava internado
  o que muda se eu sair da lista?
  não recebo mais o salário nesse banco
  não quero mais o parcelamento, quero à vista
  não quero mais boleto, quero pix
  chega de juros, quero pagar logo
  não aguento mais dever
  não me mande mais o boleto velho
  por que não me mandam mais o boleto?
  nunca mais atraso, prometo
  basta pagar a entrada?
  não mandem pra minha mãe, mandem pra mim
  nenhuma mensagem de vocês chegou essa semana
"""

NO_YES = """
no
  não dou meu aceite
  não tenho como concordar com esse valor
  não autorizo nada disso
  não confirmo coisa nenhuma
  não vou assinar isso
  não topo essa proposta
  não fecho por esse preço
  não vai rolar aceitar
  não me vejo aceitando isso
  não pode confirmar não
nem
  nem aceito nem recuso, vou pensar
  nem se eu fosse rico aceitava
  nem que a vaca tussa eu fecho isso
  nem por um decreto concordo
  nem com desconto eu aceitava, tô sem nada
  não confirmei nem vou confirmar
  nem a pau eu topo essa entrada
without
  sem condições de aceitar essa proposta
  sem ler o contrato eu não aceito
  não fecho nada sem falar com minha esposa
  fecharam um acordo sem eu aceitar
  colocaram sim sem eu ter dito
  sem chance de eu confirmar isso aí
  sem acordo por enquanto
never
  jamais concordei com essas parcelas
  nunca aceitei esse acordo
  nunca vou aceitar pagar esse juros
  jamais confirmei proposta nenhuma
  em hipótese alguma aceito
  de maneira nenhuma eu fecho
left off
  deixei de concordar quando vi a multa
  desisti de aceitar
  voltei atrás, não aceito mais
  mudei de ideia, não quero mais fechar
  retiro meu sim
  anula meu aceite
  aceitei antes, agora não aceito mais
who says so
  quem disse que eu aceitei?
  quem falou que eu topo?
  desde quando eu concordei com isso?
  onde foi que eu confirmei?
  quando que eu disse sim?
  de onde tiraram que eu fechei acordo
  eu aceitei? eu não
far from it
  longe de eu aceitar
  tô longe de concordar com esse valor
  longe de mim confirmar isso
  passa longe de ser um sim
still to do
  falta muito pra eu dizer sim
  ainda não decidi se aceito
  ainda tô vendo se aceito ou não
  tá cedo pra confirmar
  ainda preciso pensar antes de aceitar
  por ora não confirmo
  não aceitei ainda, tô lendo
had I
  se eu aceitasse ia passar fome
  se eu aceitar e não conseguir pagar, o que acontece?
  se eu confirmar agora posso mudar depois?
  caso eu aceite, quando vence a primeira?
  antes de aceitar quero saber dos juros
  pra eu aceitar tinha que ser metade
  aceitaria se fosse 50 por mês
  eu toparia se tirassem a multa
  só aceito se baixar
  só confirmo depois de ver o contrato
  só fecho se for sem entrada
  aceitar eu aceitava, se tivesse emprego
  concordaria se o valor fosse justo
  até aceitaria, mas não dá
  até queria dizer sim, só que não posso
wished for
  queria poder aceitar
  quem dera eu pudesse fechar esse acordo
  gostaria de confirmar mas não tenho renda
  eu bem que queria aceitar
  pena que não posso confirmar
  adoraria fechar, mas tô desempregado
thought so
  achei que ia aceitar mas fiz as contas e não dá
  pensei em aceitar e desisti
  ia confirmar mas vi o juros
  estava quase aceitando quando vi a entrada
  por pouco não aceitei
not that
  não é que eu aceite, é que não tenho escolha
  não é um sim
  não tome isso como um sim
  não estou dizendo que aceito
  não quer dizer que concordo
  meu ok foi só que li, não que aceito
  quando digo beleza não é que aceitei
  o joinha foi pra mensagem, não pra proposta
  não falei que tá fechado
  falei que ia ver, não falei que aceitava
  entendi, mas não quer dizer que aceito
slip
  cliquei em aceitar sem querer
  o sim foi engano do meu neto
  apertei confirmar errado, não quero
  respondi sim pra pessoa errada
  disse ok sem ler, não vale
  mandei sim por engano, desconsidera
irony
  claro, e eu nasci ontem? não aceito
  sim senhor, só se for no seu sonho
  aceito sim, quando galinha criar dente
  lógico que aceito... só que não
  fechado é a boca, não aceito nada
  aham, vou aceitar sim, espera sentado
  combinado nada
  sim, claro, no dia de são nunca
  beleza uma ova
  aceito? aceito não
  pode fechar? pode nada
  concordo porra nenhuma
in other words
  não dá pra aceitar isso aí não moça
  aceitar isso é assinar minha falência
  acha mesmo que vou aceitar?
  vocês querem que eu aceite mas não vou
  eu não seria louco de aceitar
  aceito conversar, não aceito esse valor
  concordo que devo, não concordo com o valor
  sim eu li, não quer dizer que quero
  ok, entendi, mas não vou fazer
  tá certo o nome, o valor não
  confirmar o quê? não confirmei nada
  pode ser? não pode não
  de acordo não estou
  fechado não tá não
  sim? nunca
  até que enfim uma proposta, mas não
  bom, sim não é
  não é sim nem não, é talvez
  deixa eu pensar, ainda não é sim
  minha esposa não deixa eu aceitar
  não posso dizer sim sem saber o total
  sem saber o total eu não fecho
  não foi isso que combinei
  combinei outra coisa
  eu toparia por 300, por 500 não
  só digo sim se tirar a entrada
  digo sim quando ver por escrito
  se for isso mesmo eu não quero
  beleza, mas não fecha nada ainda
  ok não
  sim mas não agora
  claro que eu queria, mas não tenho de onde
  eu ia falar sim mas pensei melhor
  tava tudo certo até ver o juros, agora não
  obrigado, mas não vou confirmar
  positivo não é, é negativo
  nada de sim por hoje
  não bati o martelo ainda
  quem cala consente? eu não consenti
  aceitei foi nada
"""


def sentences_of(table: str) -> list[str]:
    """The sentences of a table; what stands at its edge names the construction."""
    return [line.strip() for line in table.splitlines() if line.startswith("  ")]
